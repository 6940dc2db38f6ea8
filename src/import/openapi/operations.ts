/** The operations of a document: Swagger 2.0 and OpenAPI 3 seen alike. */
import type { AuthctlError } from '../../errors.ts';
import type { Request } from '../../http/message.ts';
import { methods } from '../found.ts';
import type { Node } from './node.ts';

/** A document that is OpenAPI. */
export interface Api {
  readonly root: Node;
  readonly version: 2 | 3;
  readonly operations: readonly Operation[];
  /** The first reference that an operation could not be read for. */
  readonly problem?: AuthctlError;
}

/** An operation. */
export interface Operation {
  readonly method: Request['method'];
  /** As the document has it: anything may stand there. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly isDeprecated: boolean;
  readonly node: Node;
  /** The path item. */
  readonly item: Node;
}

/** A parameter that is not the body. */
export interface Parameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: Node;
  /** What has its examples. */
  readonly node: Node;
}

/** One form of a body. */
export interface Body {
  readonly kind: 'json' | 'form' | 'text' | 'other';
  /** Such as `application/json`. */
  readonly type: string;
  readonly schema: Node;
  /** What has its examples. */
  readonly node: Node;
  /** Whether the operation needs it. */
  readonly required: boolean;
}

/** An answer of an operation. */
export interface Answer {
  readonly status: number;
  readonly node: Node;
  readonly bodies: readonly Body[];
}

/** The operations of a document, in its order. Those that cannot be read are left out. */
export function operationsOf(
  root: Node,
  note: (problem: AuthctlError) => void,
): readonly Operation[] {
  const paths = root.get('paths');
  return paths.keys.flatMap((path) => {
    const item = root.tolerant(() => paths.get(path), undefined, note);
    if (!item?.isMap) return [];
    return methods.flatMap((method): readonly Operation[] => {
      const node = root.tolerant(() => item.get(method.toLowerCase()), undefined, note);
      if (!node?.isMap) return [];
      const tags: unknown = node.raw('tags');
      return [
        {
          method,
          path,
          id: node.text('operationId'),
          summary: node.text('summary'),
          description: node.text('description'),
          tags: Array.isArray(tags) ? tags.filter((each) => typeof each === 'string') : [],
          isDeprecated: node.raw('deprecated') === true,
          node,
          item,
        },
      ];
    });
  });
}

/** As `--operation` names it. */
export function nameOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method}:${path}`;
}

function allParameters({ node, item }: Operation): readonly Node[] {
  const own = node.get('parameters').items;
  const isOwn = (each: Node) =>
    own.some(
      (other) => other.text('name') === each.text('name') && other.text('in') === each.text('in'),
    );
  return [...item.get('parameters').items.filter((each) => !isOwn(each)), ...own];
}

/** The parameters of an operation, those of its path too. */
export function parametersOf(operation: Operation, version: 2 | 3): readonly Parameter[] {
  return allParameters(operation).flatMap((node): readonly Parameter[] => {
    const place = node.text('in');
    const name = node.text('name');
    if (name === '') return [];
    if (place !== 'path' && place !== 'query' && place !== 'header' && place !== 'cookie')
      return [];
    const content = node.get('content');
    const [type] = content.keys;
    const schema =
      version === 2
        ? node
        : type === undefined
          ? node.get('schema')
          : content.get(type).get('schema');
    const required = place === 'path' || node.raw('required') === true;
    return [{ in: place, name, required, description: node.text('description'), schema, node }];
  });
}

/** The forms that the body of an operation may have; several members of a form in 2.0 are one. */
export function bodiesOf(operation: Operation, { version, root }: Api): readonly Body[] {
  if (version === 3) {
    const body = operation.node.get('requestBody');
    return contentOf(body, body.raw('required') === true);
  }
  const parameters = allParameters(operation);
  const types = typesOf(operation.node, root, 'consumes');
  const whole = parameters.find((each) => each.text('in') === 'body');
  if (whole) {
    const required = whole.raw('required') === true;
    const schema = whole.get('schema');
    return (types.length > 0 ? types : ['application/json']).map((type) => ({
      ...{ kind: kindOf(type), type, schema, node: whole, required },
    }));
  }
  if (!parameters.some((each) => each.text('in') === 'formData')) return [];
  const type = types.find((each) => kindOf(each) === 'form') ?? types[0];
  const isForm = type === undefined || kindOf(type) === 'form' || kindOf(type) === 'json';
  const kind = isForm ? 'form' : 'other';
  const schema = operation.node;
  return [{ kind, type: type ?? '', schema, node: operation.node, required: true }];
}

/** The parameters of a 2.0 operation that are members of a form. */
export function formParametersOf(operation: Operation): readonly Node[] {
  return allParameters(operation).filter((each) => each.text('in') === 'formData');
}

/** The answers of an operation that mean success, the usual ones first. */
export function answersOf(operation: Operation, { version, root }: Api): readonly Answer[] {
  const responses = operation.node.get('responses');
  return responses.keys
    .flatMap((key): readonly Answer[] => {
      const status = /^2XX$/i.test(key) || key === 'default' ? 200 : Number(key);
      if (!(status >= 200 && status < 300)) return [];
      if (key === 'default' && responses.keys.some((each) => /^2/.test(each))) return [];
      const node = responses.get(key);
      if (version === 3) return [{ status, node, bodies: contentOf(node, true) }];
      const schema = node.get('schema');
      const types = typesOf(operation.node, root, 'produces');
      const usual = types.length > 0 ? types : ['application/json'];
      const bodies = schema.exists
        ? usual.map((type) => ({ kind: kindOf(type), type, schema, node, required: true }))
        : [];
      return [{ status, node, bodies }];
    })
    .sort(
      (a, b) => Number(b.bodies.length > 0) - Number(a.bodies.length > 0) || a.status - b.status,
    );
}

function contentOf(node: Node, required: boolean): readonly Body[] {
  const content = node.get('content');
  return content.keys.map((type) => {
    const media = content.get(type);
    return { kind: kindOf(type), type, schema: media.get('schema'), node: media, required };
  });
}

function typesOf(operation: Node, root: Node, key: 'consumes' | 'produces'): readonly string[] {
  const own: unknown = operation.raw(key) ?? root.raw(key);
  return Array.isArray(own) ? own.filter((each) => typeof each === 'string') : [];
}

function kindOf(type: string): Body['kind'] {
  const plain = type.toLowerCase().split(';')[0]?.trim() ?? '';
  if (/^(application|text)\/([\w.*-]+\+)?json$/.test(plain) || plain === '*/*') return 'json';
  if (plain === 'application/x-www-form-urlencoded') return 'form';
  return plain === 'text/plain' ? 'text' : 'other';
}

/** The document as an API. @returns undefined if it is none */
export function versionOf(root: Node): 2 | 3 | undefined {
  const swagger = String(root.raw('swagger') ?? '');
  if (/^2(\.|$)/.test(swagger)) return 2;
  return /^3(\.|$)/.test(String(root.raw('openapi') ?? '')) ? 3 : undefined;
}
