/** Finds the login in a recording of a browser's network tab (HAR 1.2). */
import { AuthctlError } from '../errors.ts';
import { candidateOf, ranked } from './candidate.ts';
import type { FoundAnswer, FoundCarrier } from './found.ts';
import { isCsrfName } from './names.ts';
import { member, memberAt, type Pairs, pairIn, pairsOf, parseOutside, textOf } from './outside.ts';
import type { Candidate } from './reader.ts';
import type { RecordedBody, RecordedRequest } from './recorded/request.ts';
import { formPairs } from './recorded/values.ts';
import { answerOf } from './sample-answer.ts';
import { isToken } from './texts.ts';

/** What a recording may have; browsers add call stacks, which are deep. */
const limits = { size: 64 * 1024 * 1024, depth: 600 };
const mostEntries = 20_000;

/**
 * The requests of a recording that may be its login, best first.
 *
 * @throws AuthctlError `usage`, without a word of the recording
 */
export function readHar(text: string): readonly Candidate[] {
  const har = parseOutside(text, 'the recording', limits);
  const entries = memberAt(har, 'log', 'entries');
  if (!Array.isArray(entries)) {
    throw new AuthctlError('usage', 'the file is no HAR recording: it has no log.entries');
  }
  const usable = entries.slice(0, mostEntries).filter(isUsable);
  const carriers = new Carriers(usable);
  return ranked(
    usable.map((entry, index) => {
      const { answer, carrier } = answerOfEntry(entry, carriers, index);
      return candidateOf({
        request: requestOf(entry, answer),
        summary: answer ? 'a request with an answer' : 'a request whose answer was not recorded',
        ...(carrier && { carrier }),
      });
    }),
    'the recording',
  );
}

/** Not what only belongs to pages: preflights, redirects, and files. */
function isUsable(entry: unknown): boolean {
  const method = textOf(member(entry, 'request'), 'method').toUpperCase();
  const url = textOf(member(entry, 'request'), 'url');
  if (!/^https?:\/\//i.test(url) || ['OPTIONS', 'HEAD', 'CONNECT', 'TRACE', ''].includes(method)) {
    return false;
  }
  const status = Number(textOf(member(entry, 'response'), 'status'));
  if (status >= 300 && status < 400) return false;
  const [path = ''] = url.split(/[?#]/);
  if (/\.(js|mjs|css|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|eot|mp4|wasm)$/i.test(path)) {
    return false;
  }
  const type = textOf(memberAt(entry, 'response', 'content'), 'mimeType');
  return !(method === 'GET' && /^(image|font|video|audio|text\/(css|html))|javascript/i.test(type));
}

function requestOf(entry: unknown, answer: FoundAnswer | undefined): RecordedRequest {
  const request = member(entry, 'request');
  const body = bodyOf(request);
  return {
    method: textOf(request, 'method').toUpperCase(),
    url: textOf(request, 'url'),
    headers: withType(pairsOf(member(request, 'headers'), 'name'), request),
    // Firefox and Chrome have them among the headers too, unless these were left out.
    cookies: pairsOf(member(request, 'cookies'), 'name'),
    ...(body && { body }),
    source: 'the request',
    ...(answer && { answer }),
  };
}

/** The type of the body, where the headers were left out of the recording. */
function withType(headers: Pairs, request: unknown): Pairs {
  const type = textOf(member(request, 'postData'), 'mimeType');
  if (type === '' || headers.some(([name]) => /^content-type$/i.test(name))) return headers;
  return [...headers, ['content-type', type]];
}

function bodyOf(request: unknown): RecordedBody | undefined {
  const data = member(request, 'postData');
  const text = decodedText(data);
  const type = textOf(data, 'mimeType');
  if (text !== '') return { text };
  const form = pairsOf(member(data, 'params'), 'name');
  if (form.length === 0 || /multipart/i.test(type)) return undefined;
  // As they stood in the body, so still encoded.
  return { form: formPairs(form.map(([name, value]) => `${name}=${value}`).join('&')) };
}

function decodedText(content: unknown): string {
  const text = textOf(content, 'text');
  if (!/^base64$/i.test(textOf(content, 'encoding'))) return text;
  return Buffer.from(text, 'base64').toString();
}

function answerOfEntry(
  entry: unknown,
  carriers: Carriers,
  index: number,
): { readonly answer?: FoundAnswer; readonly carrier?: FoundCarrier } {
  const response = member(entry, 'response');
  const status = Number(textOf(response, 'status'));
  if (!(status >= 200 && status < 300)) return {};
  const headers = pairsOf(member(response, 'headers'), 'name');
  const cookies = headers.some(([name]) => /^set-cookie$/i.test(name))
    ? []
    : pairsOf(member(response, 'cookies'), 'name').map(
        ([name, value]) => ['set-cookie', `${name}=${value}`] as const,
      );
  let carrier: FoundCarrier | undefined;
  const isCarried = (value: string) => {
    const found = carriers.of(value, index);
    if (found && rankOf(found) > rankOf(carrier)) carrier = found;
    return found !== undefined;
  };
  try {
    const body = decodedText(member(response, 'content'));
    const answer = answerOf(body, [...headers, ...cookies], { status, isCarried });
    return { answer, ...(carrier && { carrier }) };
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    return {};
  }
}

/** What goes along beside the token, such as a value against forged requests, comes last. */
function rankOf(carrier: FoundCarrier | undefined): number {
  if (!carrier) return 0;
  if (!('header' in carrier)) return 2;
  if (/^authorization$/i.test(carrier.header)) return 4;
  return isCsrfName(carrier.header) ? 1 : 3;
}

/** Which values later requests carry, and how. */
class Carriers {
  /** Each value, with the last request that carries it. */
  readonly #values = new Map<string, { readonly carrier: FoundCarrier; readonly last: number }>();

  constructor(entries: readonly unknown[]) {
    for (const [index, entry] of entries.entries()) {
      for (const [name, value] of pairsOf(memberAt(entry, 'request', 'headers'), 'name')) {
        const lower = name.toLowerCase();
        if (lower === 'cookie') {
          for (const part of value.split(';')) {
            const [cookie, own] = pairIn(part);
            this.#add(own, { cookie }, index);
          }
        } else if (lower === 'authorization' || /token|auth|session|key/.test(lower)) {
          const [, prefix, rest = value] = /^([A-Za-z]+ +)(\S+)$/.exec(value) ?? [];
          this.#add(rest, { header: name, ...(prefix !== undefined && { prefix }) }, index);
        }
      }
    }
  }

  #add(value: string, carrier: FoundCarrier, last: number): void {
    const name = 'header' in carrier ? carrier.header : 'cookie' in carrier ? carrier.cookie : '';
    if (value.length < 8 || !isToken(name)) return;
    const before = this.#values.get(value);
    // A header says more than a cookie that goes along.
    const kept = before && 'header' in before.carrier ? before.carrier : carrier;
    this.#values.set(value, { carrier: kept, last });
  }

  /** How requests after that of an index carry a value. */
  of(value: string, index: number): FoundCarrier | undefined {
    const found = this.#values.get(value.replace(/^(Bearer|Token|JWT) +/i, ''));
    return found && found.last > index ? found.carrier : undefined;
  }
}
