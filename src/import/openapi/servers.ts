/** The servers of a document. */
import type { FoundDoubt, FoundServer } from '../found.ts';
import type { Node } from './node.ts';
import type { Api, Operation } from './operations.ts';

/** The servers, with the doubts about them. */
export interface Servers {
  readonly servers: readonly FoundServer[];
  readonly doubts: readonly FoundDoubt[];
}

const mostServers = 12;
const longestUrl = 1000;

/** The servers of an operation: its own, or else those of its path, or else those of the document. */
export function serversOf({ root, version }: Api, { node, item }: Operation): Servers {
  return version === 2 ? oldServer(root, node) : described(serverNodes([node, item, root]));
}

/** The servers of the whole document. */
export function serversOfDocument({ root, version }: Api): Servers {
  return version === 2 ? oldServer(root, root) : described(serverNodes([root]));
}

function serverNodes(places: readonly Node[]): readonly Node[] {
  for (const place of places) {
    const { items } = place.get('servers');
    if (items.length > 0) return items.slice(0, mostServers);
  }
  return [];
}

/** In 2.0 there is one host, and a list of schemes. */
function oldServer(root: Node, node: Node): Servers {
  const host = root.text('host').trim().slice(0, longestUrl);
  const base = root.text('basePath').slice(0, longestUrl).replace(/\/+$/, '');
  const schemes: unknown = node.raw('schemes') ?? root.raw('schemes');
  const isPlain = Array.isArray(schemes) && schemes.length > 0 && !schemes.includes('https');
  const url = host === '' ? base : `${isPlain ? 'http' : 'https'}://${host}${base}`;
  if (url === '') return { servers: [], doubts: [] };
  const { server, doubt } = judged(url, '');
  return {
    servers: server ? [server] : [],
    doubts: doubt === undefined ? [] : [{ pointer: '', text: doubt }],
  };
}

function described(nodes: readonly Node[]): Servers {
  const servers: FoundServer[] = [];
  const doubts: FoundDoubt[] = [];
  for (const node of nodes) {
    const { server, doubt } = judged(filled(node), node.text('description'));
    if (server && !servers.some(({ url }) => url === server.url)) servers.push(server);
    if (doubt !== undefined) doubts.push({ pointer: '', text: doubt });
  }
  return { servers, doubts };
}

/** A URL is a server if it is absolute; of another, the path is still worth saying. */
function judged(
  url: string,
  description: string,
): { readonly server?: FoundServer; readonly doubt?: string } {
  const about = description === '' ? {} : { description };
  if (/^https?:\/\//i.test(url)) {
    const path = /^https?:\/\/[^/]*(\/.*[^/])\/*$/i.exec(url)?.[1];
    const isLocal = /^https?:\/\/(localhost|127\.|0\.0\.0\.0|\[)/i.test(url);
    const doubt = isLocal && path !== undefined ? { doubt: pathDoubt(path) } : {};
    return { server: { url, ...about }, ...doubt };
  }
  if (/^\/(?!\/)/.test(url)) {
    const path = url.replace(/\/+$/, '');
    return path === '' ? {} : { doubt: pathDoubt(path) };
  }
  return url === ''
    ? {}
    : { doubt: `the server ${url.replace(/^.*@|[?#].*$/gs, '…')} is no URL that can be used` };
}

function pathDoubt(path: string): string {
  return `the base URL ends with ${path}, says the document`;
}

/**
 * The URL with the values of its variables. A variable that is a whole label of the host, with two literal
 * ones after it, stays: every customer has another.
 */
function filled(node: Node): string {
  const url = node.text('url').trim().slice(0, longestUrl);
  const variables = node.get('variables');
  return url.replace(/\{([^{}]*)\}/g, (whole, name: string, offset: number) => {
    const variable = variables.get(name);
    const choices: unknown = variable.raw('enum');
    const values = Array.isArray(choices) ? choices : [];
    if (offset === 0 && values.includes('https')) return 'https';
    const before = url.slice(0, offset);
    const after = url.slice(offset + whole.length);
    const isLabel =
      /^https?:\/\/([\w-]+\.)*$/i.test(before) && /^(\.[\w-]+){2,}(?=[:/]|$)/.test(after);
    if (isLabel && values.length < 2) return whole;
    const value = variable.raw('default') ?? values[0];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });
}
