import { describe, expect, test } from '@jest/globals';
import { inUtf8 } from '../../src/http/charset.ts';
import { client, listenHttp } from './loopback.ts';

const bytes = (...values: readonly number[]) => new Uint8Array(values);
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

/** The body of an answer in a declared charset, or its problem. */
async function received(charset: string, body: Uint8Array, status = 200) {
  const { url } = await listenHttp((_, answer) => {
    answer.writeHead(status, { 'content-type': `application/json;${charset}` }).end(body);
  });
  const answer = await client().get(url);
  // As the declarations read it: a byte order mark is dropped.
  return { text: new TextDecoder().decode(answer.body), problem: answer.problem };
}

describe('an answer is read by its charset', () => {
  test.each<[string, Uint8Array, string]>([
    ['', Buffer.from('é'), 'é'],
    ['charset=utf-8', Buffer.from('\ufeffé'), 'é'],
    ['charset=utf8', Buffer.from('é'), 'é'],
    ['charset=ISO-8859-1', Buffer.from('é', 'latin1'), 'é'],
    ['charset=us-ascii', Buffer.from('a'), 'a'],
    ['charset=windows-1252', bytes(0x80, 0x93, 0xe9), '€“é'],
    ['charset=latin1', bytes(0x80), '€'],
    [' Charset = "windows-1252" ; x=y', bytes(0x80), '€'],
    ["charset='iso-8859-15'", bytes(0xa4), '€'],
    ['charset=shift_jis', bytes(0x82, 0xa0), 'あ'],
    ['charset=utf-16', Buffer.from('\ufeff"é"', 'utf16le'), '"é"'],
    ['charset=utf-16', Buffer.from('"é"', 'utf16le'), '"é"'],
    ['charset=utf-16', swapped('\ufeff"é"'), '"é"'],
    ['charset=utf-16', swapped('"é"'), '"é"'],
    ['charset=utf-16be', swapped('"é"'), '"é"'],
    ['charset=utf-16le', Buffer.from('"é"', 'utf16le'), '"é"'],
    // A wrong label does not make a good answer useless.
    ['charset=utf-16', Buffer.from('"é"'), '"é"'],
    ['charset=iso-8859-1', Buffer.from('\ufeff"é"'), '"é"'],
    ['charset=', Buffer.from('é'), 'é'],
  ])('%s (%#)', async (charset, body, text) => {
    expect(await received(charset, body)).toEqual({ text, problem: undefined });
  });

  test.each<[string, Uint8Array, string]>([
    ['charset=utf-16', bytes(0, 0x22, 0), 'a body that is not utf-16be'],
    ['charset=shift_jis', bytes(0x82), 'a body that is not shift_jis'],
    ['charset=utf-7', Buffer.from('{}'), 'a body in a charset that is not known, utf-7'],
    ['charset=<b>', Buffer.from('{}'), 'a body in a charset that is not known'],
  ])('or it says why not: %s (%#)', async (charset, body, problem) => {
    for (const status of [200, 401]) {
      expect((await received(charset, body, status)).problem).toBe(problem);
    }
  });
});

test('a body that cannot be read is left as it came', () => {
  const body = Buffer.from('<p>');
  expect(inUtf8(body, 'text/html; charset=x')).toMatchObject({ body });
});
