/** The servers of a source → the environments of a draft. */
import type { FoundServer } from '../found.ts';
import { oneLine } from '../texts.ts';
import type { Drafting, Section } from './drafting.ts';

/** The environments; undefined if no server is known, or every customer has one of their own. */
export function environmentsOf(drafting: Drafting): readonly Section[] | undefined {
  const { servers } = drafting.found;
  const { server } = drafting.answers;
  const usable = servers.filter(({ url }) => isServer(url));
  for (const { url } of servers.filter((each) => !usable.includes(each))) {
    if (url === server) continue;
    drafting.doubt('', `the server ${shownUrl(url)} is not used: a login needs https and a name`);
  }
  if (server !== undefined) {
    if (server === '') return undefined;
    return [{ name: 'production', baseUrl: withHostFields(drafting, server) }];
  }
  const named = namedServers(usable);
  drafting.questions.push({
    about: 'server',
    choices: named.map(({ url, description }) => ({
      value: url,
      label: description === undefined ? url : `${url} (${oneLine(description)})`,
    })),
  });
  if (usable.length === 0) {
    drafting.doubt('', 'no server is known: add "environments", or name it with --base-url');
    return undefined;
  }
  drafting.doubt('/environments', 'check the server before a secret goes there');
  if (named.some(({ isSure }) => !isSure) && named.length > 1) {
    drafting.doubt('/environments', 'the first is used by default: it may be for tests');
  }
  return named.map(({ name, url }) => ({ name, baseUrl: withHostFields(drafting, url) }));
}

/** A `{tenant}` in the host is a field. */
function withHostFields(drafting: Drafting, url: string): string {
  return url.replace(/\/+$/, '').replace(/\{([^{}]*)\}/g, (_, name: string) => {
    return `{${drafting.addField({ name, secret: false })}}`;
  });
}

/** A URL without what may be a password in it. */
function shownUrl(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//…@').replace(/[?#].*$/s, '?…');
}

/** Whether a URL can be a server of a declaration; one in the network of its own needs no https. */
function isServer(url: string): boolean {
  const plain = url.replace(/\{[^{}]*\}/g, 'x');
  if (!/^https:\/\//.test(plain) || !URL.canParse(plain)) return false;
  const { hostname, username, search, hash } = new URL(plain);
  const isLocal = hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname);
  return !isLocal && username === '' && search === '' && hash === '';
}

/** Words for servers in their descriptions and hosts; those of production stand first. */
const serverWords: Readonly<Record<string, string>> = {
  production: 'production',
  prod: 'production',
  live: 'production',
  sandbox: 'sandbox',
  test: 'test',
  testing: 'test',
  staging: 'staging',
  stage: 'staging',
  integration: 'integration',
  demo: 'demo',
  explorer: 'demo',
  development: 'development',
  dev: 'development',
};

/** Names for servers, of which the first is the default: one of production, or else one that is not said to be for tests. */
function namedServers(
  servers: readonly FoundServer[],
): readonly (FoundServer & { readonly name: string; readonly isSure: boolean })[] {
  const taken = new Set<string>();
  const named = servers.map((server) => {
    const { url, description = '' } = server;
    const host = url.replace(/\{[^{}]*\}/g, '').replace(/^https:\/\/|\/.*$/g, '');
    const words = `${description} ${host}`.toLowerCase().match(/[a-z]+/g) ?? [];
    const known = words.find((word) => Object.hasOwn(serverWords, word));
    return { server, known: known === undefined ? undefined : serverWords[known] };
  });
  const rankIn = ({ known }: { readonly known: string | undefined }) => {
    return known === 'production' ? 0 : known === undefined ? 1 : 2;
  };
  const sorted = [...named].sort((a, b) => rankIn(a) - rankIn(b));
  return sorted.map(({ server, known }) => {
    const plain = known ?? (servers.length === 1 ? 'production' : 'server');
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}${count}`;
    taken.add(name);
    return { ...server, name, isSure: known !== undefined };
  });
}
