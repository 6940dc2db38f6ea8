/** Recordings of a browser's network tab, for tests. */

/** What a recorded request and its answer have; the rest has a default. */
export interface Recorded {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, with its type. */
  readonly body?: readonly [type: string, text: string];
  readonly params?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly answer?: unknown;
  readonly answerHeaders?: readonly (readonly [string, string])[];
  readonly type?: string;
  readonly base64?: boolean;
}

/** A recording as Chrome writes it. */
export function har(...entries: readonly Recorded[]): string {
  const log = { version: '1.2', creator: { name: 'WebInspector', version: '537.36' } };
  return JSON.stringify({ log: { ...log, pages: [], entries: entries.map(entry) } });
}

function entry(recorded: Recorded): unknown {
  const { method = 'GET', url, headers = {}, body, params, status = 200 } = recorded;
  const { answer, answerHeaders = [], type = 'application/json', base64 = false } = recorded;
  const text =
    answer === undefined ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer);
  const mimeType = body?.[0] ?? 'application/x-www-form-urlencoded';
  const post = params
    ? { mimeType, params: pairs(Object.entries(params)) }
    : body && { mimeType, text: body[1] };
  return {
    _initiator: { type: 'script', stack: { callFrames: [], parent: { callFrames: [] } } },
    startedDateTime: '2026-11-26T21:00:00.000Z',
    time: 12,
    request: {
      method,
      url,
      httpVersion: 'http/2.0',
      headers: pairs([
        [':authority', 'x'],
        ['User-Agent', 'Mozilla/5.0'],
        ...Object.entries(headers),
      ]),
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: -1,
      ...(post && { postData: post }),
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'http/2.0',
      headers: pairs(answerHeaders),
      cookies: [],
      content: {
        size: text.length,
        mimeType: type,
        text: base64 ? Buffer.from(text).toString('base64') : text,
        ...(base64 && { encoding: 'base64' }),
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: 10, receive: 2 },
  };
}

function pairs(entries: readonly (readonly [string, string])[]): unknown {
  return entries.map(([name, value]) => ({ name, value }));
}

/** What a page loads around a login. */
export const noise: readonly Recorded[] = [
  { url: 'https://app.vendor.example/', type: 'text/html', answer: '<html></html>' },
  { url: 'https://app.vendor.example/login.js', type: 'application/javascript', answer: 'x' },
  { url: 'https://app.vendor.example/auth/login.css', type: 'text/css', answer: 'x' },
  { method: 'OPTIONS', url: 'https://api.vendor.example/auth/login', status: 204 },
  {
    method: 'POST',
    url: 'https://metrics.vendor.example/collect',
    body: ['text/plain;charset=UTF-8', '{"event": "login", "session": "S3CR3T"}'],
    status: 204,
  },
  { url: 'https://api.vendor.example/config', answer: { token: 'S3CR3T', features: [] } },
  { url: 'data:image/png;base64,AAAA', type: 'image/png' },
  { method: 'POST', url: 'https://api.vendor.example/auth/logout', status: 204 },
];
