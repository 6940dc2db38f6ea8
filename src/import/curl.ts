/** Reads a curl command, as pages and browsers show it. It opens no file, and runs nothing. */
import { AuthctlError } from '../errors.ts';
import { type CurlPart, curlParts } from './curl-options.ts';
import type { FoundDoubt, FoundLogin } from './found.ts';
import { type Pairs, pairIn } from './outside.ts';
import { userOf } from './recorded/authorization.ts';
import type { RecordedRequest } from './recorded/request.ts';
import { foundIn } from './recorded.ts';
import { wordsFrom } from './shell-words.ts';

/** In characters. */
const longest = 1024 * 1024;

/**
 * Finds the login that a curl command is. Text around it, prompts and line ends do not matter.
 *
 * @throws AuthctlError `usage`, without any value of the command
 */
export function readCurl(command: string): FoundLogin {
  if (command.length > longest) throw new AuthctlError('usage', 'the curl command is over 1 MiB');
  const text = command.replace(/^\ufeff/, '').replaceAll('\u00a0', ' ');
  const start = startOf(text);
  if (start === undefined) throw new AuthctlError('usage', 'the text has no curl command');
  const { words, end } = wordsFrom(text, start);
  const doubts: FoundDoubt[] = [];
  if (startOf(text.slice(end)) !== undefined) {
    doubts.push({
      pointer: '',
      text: 'the text has more than one curl command: this is the first',
    });
  }
  return foundIn(requestOf(words, doubts));
}

/** The index after the word `curl`: best one that begins a line, after a prompt or `$(`. */
function startOf(text: string): number | undefined {
  let inSentence: number | undefined;
  for (const { 0: word, index } of text.matchAll(/curl(?:\.exe)?(?=[ \t\\^`])/g)) {
    const before = text.slice(Math.max(0, index - 200), index);
    const line = before.slice(before.lastIndexOf('\n') + 1).trim();
    if (line === '' || /(?:[$%#>*`(]|^\d+[.)]|\bsudo|\btime)$/.test(line)) {
      return index + word.length;
    }
    if (/[\s`('"]$/.test(before)) inSentence ??= index + word.length;
  }
  return inSentence;
}

/** Options that name a file, and how a user would say so. */
const files: ReadonlyMap<string, string> = new Map([
  ['config', '-K'],
  ['upload-file', '-T'],
  ['netrc', '--netrc'],
  ['netrc-file', '--netrc-file'],
  ['netrc-optional', '--netrc-optional'],
]);

/** Ways to log in that no declaration can say. */
const schemes: ReadonlyMap<string, string> = new Map([
  ['digest', 'Digest'],
  ['ntlm', 'NTLM'],
  ['ntlm-wb', 'NTLM'],
  ['negotiate', 'Negotiate'],
  ['aws-sigv4', 'AWS Signature'],
]);

const withData = /^(data|data-ascii|data-binary|data-raw|data-urlencode|json)$/;

/** What the options have said so far. */
class Line {
  readonly headers: [string, string][] = [];
  readonly data: string[] = [];
  readonly query: [string, string][] = [];
  readonly cookies: [string, string][] = [];
  method: string | undefined;
  url: string | undefined;
  user: readonly [string, string] | undefined;
  isGet = false;
  isJson = false;
  readonly #doubts: FoundDoubt[];

  constructor(doubts: FoundDoubt[]) {
    this.#doubts = doubts;
  }

  doubt(text: string, pointer = ''): void {
    if (!this.#doubts.some((each) => each.text === text)) this.#doubts.push({ pointer, text });
  }

  setUrl(url: string): void {
    if (this.url === undefined) this.url = url;
    else this.doubt('the line has more than one URL: this is the first');
  }

  /** Takes an option in; what says nothing about the request is passed over. */
  take(name: string, value: string): void {
    const file = files.get(name);
    if (file !== undefined) throw opensFile(file);
    const scheme = schemes.get(name);
    if (scheme !== undefined) {
      throw new AuthctlError('usage', `the line logs in by ${scheme}, which cannot be declared`);
    }
    if (withData.test(name)) this.#addData(name, value);
    else if (name === 'request') this.method = value.toUpperCase();
    else if (name === 'url') this.setUrl(value);
    else if (name === 'header') this.#addHeader(value);
    else if (name === 'user') this.user = userOf(value);
    else if (name === 'oauth2-bearer') this.headers.push(['Authorization', `Bearer ${value}`]);
    else if (name === 'cookie') this.#addCookies(value);
    else if (name === 'get') this.isGet = true;
    else if (name === 'head') this.method ??= 'HEAD';
    else if (name === 'url-query') {
      this.query.push(pairIn(encodedData(value.replace(/^\+/, ''), '--url-query')));
    } else if (name === 'form' || name === 'form-string') {
      throw new AuthctlError(
        'usage',
        'the line sends a multipart form (-F), which cannot be declared: a request has JSON or a form of names and values',
        { hint: 'if the server takes them too, write -d in place of -F' },
      );
    } else if (name === 'insecure') {
      this.doubt('the line switches off the check of the certificate: a login never does');
    } else if (name === 'cert' || name === 'key') {
      this.doubt('the line has a client certificate: a login takes it from --cert and --key');
    } else if (name === 'variable' || name.startsWith('expand-')) {
      throw new AuthctlError('usage', `the line has --${name}, which is not read`);
    } else if (name === 'unix-socket' || name === 'abstract-unix-socket') {
      throw new AuthctlError('usage', 'the line goes to a socket, not to a server with a name');
    }
  }

  #addData(name: string, value: string): void {
    if (name === 'data-urlencode') {
      this.data.push(encodedData(value, '--data-urlencode'));
      return;
    }
    if (name !== 'data-raw' && value.startsWith('@')) throw opensFile(`@file in --${name}`);
    if (name === 'json') this.isJson = true;
    this.data.push(value);
  }

  #addHeader(value: string): void {
    if (value.startsWith('@')) throw opensFile('@file in -H');
    const [, name, text] = /^([^:;]+):(.*)$/s.exec(value) ?? [];
    if (name !== undefined) this.headers.push([name.trim(), (text ?? '').trim()]);
  }

  #addCookies(value: string): void {
    if (!value.includes('=')) {
      // An empty one only switches cookies on.
      if (value === '') return;
      throw opensFile('-b file');
    }
    for (const part of value.split(';')) this.cookies.push(pairIn(part));
  }

  request(doubts: readonly FoundDoubt[]): RecordedRequest {
    const { url, user, cookies } = this;
    if (url === undefined) throw new AuthctlError('usage', 'the line has no URL');
    const isQuery = this.isGet && this.data.length > 0;
    const data = this.data.join(this.isJson ? '' : '&');
    const hasType = this.headers.some(([name]) => /^content-type$/i.test(name));
    const headers: Pairs =
      this.isJson && !hasType
        ? [...this.headers, ['Content-Type', 'application/json']]
        : this.headers;
    return {
      method: this.method ?? (this.data.length > 0 && !this.isGet ? 'POST' : 'GET'),
      url: isQuery ? withQuery(url, data) : url,
      headers,
      cookies,
      query: this.query,
      ...(data !== '' && !isQuery && { body: { text: data } }),
      ...(user && { user }),
      source: 'the line',
      doubts,
    };
  }
}

function requestOf(words: readonly string[], doubts: FoundDoubt[]): RecordedRequest {
  const line = new Line(doubts);
  for (const part of curlParts(words)) {
    if (part.kind === 'operand') line.setUrl(part.text);
    else if (part.kind === 'option') {
      const { name, value = '' } = part.option;
      if (name === 'next') {
        line.doubt('the line has more than one request: this is the first');
        break;
      }
      line.take(name, value);
    } else throw problemOf(part);
  }
  return line.request(doubts);
}

function problemOf(part: Exclude<CurlPart, { kind: 'option' | 'operand' }>): AuthctlError {
  // The word itself may be a part of a secret.
  return part.kind === 'unknown'
    ? new AuthctlError('usage', `word ${part.index} of the line is no option of curl that is known`)
    : new AuthctlError('usage', `the line ends before the value of --${part.name}`);
}

function opensFile(what: string): AuthctlError {
  return new AuthctlError('usage', `the line reads a file (${what}), which an import never opens`, {
    hint: 'write what the file has into the line',
  });
}

/** What `--data-urlencode` sends: `content`, `=content`, `name=content`. */
function encodedData(value: string, option: string): string {
  const [, name = '', sign = '', content = ''] = /^([^=@]*)([=@]?)(.*)$/s.exec(value) ?? [];
  if (sign === '@') throw opensFile(`@file in ${option}`);
  if (sign === '') return encoded(name);
  return name === '' ? encoded(content) : `${name}=${encoded(content)}`;
}

function encoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function withQuery(url: string, query: string): string {
  const [plain = ''] = url.split('#');
  return `${plain}${plain.includes('?') ? '&' : '?'}${query}`;
}
