import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor } from '../../src/secrets/redact.ts';

function redact(secrets: readonly string[], text: string, minLength?: number): string {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor.redact(text, minLength);
}

const percentAll = (text: string) =>
  Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '%$&');
const jsonAll = (text: string) =>
  text.replace(/./gs, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const btoaUtf8 = (text: string) => Buffer.from(text).toString('base64');
const percentU = (text: string) => jsonAll(text).replaceAll('\\', '%');
const octal = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
const htmlAll = (text: string) => text.replace(/./gsu, (c) => `&#${c.codePointAt(0)};`);

describe('a secret', () => {
  const secret = 'p"s/ w+ö\\€&😀%\'<';
  const base64 = Buffer.from(secret).toString('base64');
  test.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
    ['in a form', new URLSearchParams({ '': secret }).toString().slice(1)],
    ['partly percent-encoded', secret.replace('"', '%22').replace(' ', '%20')],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON with ASCII only', toAsciiJson(secret)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['in HTML', html(secret)],
    ['in HTML within JSON', JSON.stringify(html(secret)).slice(1, -1)],
    [
      'in HTML with numeric references',
      secret.replace(/[^A-Za-z0-9]/gu, (c) => `&#${c.codePointAt(0)};`),
    ],
    ['in the quotes of a programming language', secret.replace(/["'\\]/g, '\\$&')],
    ['decoded as Latin-1', Buffer.from(secret).toString('latin1')],
    ['with question marks for non-ASCII characters', secret.replace(/[^ -~]/gu, '?')],
    ['with replacement characters for non-ASCII bytes', replaced(secret)],
    ['decomposed', secret.normalize('NFD')],
    ['in base64', base64],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['with every byte percent-encoded', percentAll(secret)],
    ['with every byte percent-encoded in lower case', percentAll(secret).toLowerCase()],
    ['with every character escaped for JSON', jsonAll(secret)],
    ['with every character a numeric reference of HTML', htmlAll(secret)],
    ['in base64 of UTF-16', Buffer.from(secret, 'utf16le').toString('base64')],
    ['in base64 without padding', base64.replace(/=+$/, '')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in base64 that is percent-encoded', encodeURIComponent(base64)],
    ['in base64 with the lines of PEM', lines(base64, 8)],
    ['in base64 with line breaks, in JSON', JSON.stringify(lines(base64, 8)).slice(1, -1)],
    ['twice in base64', Buffer.from(base64).toString('base64')],
    ['twice in base64, both with lines', lines(btoa(lines(base64, 16)), 16)],
    ['with every character percent-encoded by chance', percentSome(secret, 2)],
    ['with a few characters percent-encoded', percentSome(secret, 5)],
    ['in hexadecimal digits in upper case', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in hexadecimal digits in both cases', mixedHex(secret)],
    ['escaped as in a program', mixedHex(secret).replace(/../g, '\\x$&')],
    ['escaped as in JavaScript of old', percentU(secret)],
    ['escaped in octal', octal(secret)],
    ['as references of HTML without semicolons', htmlAll(secret).replaceAll(';', '')],
    ['in hexadecimal digits, in base64', btoa(mixedHex(secret))],
  ])('is found %s', (_, encoded) => {
    expect(redact([secret], `a ${encoded} b ${encoded}`)).toBe('a *** b ***');
  });

  test('is found without the white space around it', () => {
    expect(redact([` ${secret}\t`], `a ${secret} b`)).toBe('a *** b');
  });

  test.each([
    // The bytes of "Ä" and "Ü" in UTF-8, read as Windows-1252.
    ['decoded as Windows-1252', 'ÄrgerÜbel9', 'Ã„rgerÃœbel9'],
    ['with every line break of Windows', 'one\ntwo', 'one\r\ntwo'],
    ['in UTF-16 with the high byte first, in hexadecimal', 'Übel9', '00dc00620065006c0039'],
  ])('is found %s', (_, given, text) => {
    for (const form of [text, btoaUtf8(text), Buffer.from(text).toString('hex'), htmlAll(text)])
      expect(redact([given], `a ${form} b`)).toBe('a *** b');
  });

  test.each([
    ['as Latin-1', (text: string) => Buffer.from(text).toString('latin1')],
    ['with question marks', (text: string) => text.replace(/[^ -~]/gu, '?')],
    ['with replacement characters', replaced],
  ])('is found misread %s within another encoding', (_, misread) => {
    const text = misread('Größe&Éa7xyz');
    for (const form of [
      btoaUtf8(text),
      Buffer.from(text).toString('hex'),
      htmlAll(text),
      jsonAll(text),
    ])
      expect(redact(['Größe&Éa7xyz'], `a ${form} b`)).toBe('a *** b');
  });

  test('is found in JSON that is in base64', () => {
    const json = JSON.stringify({ user: 'me', password: secret, note: '"' });
    for (const form of [json, JSON.stringify(json), toAsciiJson(json), encodeURIComponent(json)]) {
      const encoded = Buffer.from(form).toString('base64');
      for (const text of [encoded, lines(encoded, 76), lines(encoded, 64), btoa(encoded)]) {
        const redacted = redact([secret], text);
        expect(redacted).toContain('***');
        expect(decodedTwice(redacted)).not.toContain('w+');
      }
    }
  });

  test('is found composed and decomposed, however it was given', () => {
    const word = 'pässwörd-Å';
    for (const given of [word.normalize('NFC'), word.normalize('NFD')])
      for (const shown of [word.normalize('NFC'), word.normalize('NFD')])
        for (const form of [
          shown,
          encodeURIComponent(shown),
          Buffer.from(shown).toString('base64'),
        ])
          expect(redact([given], `a ${form} b`)).toBe('a *** b');
  });

  test('is found in the lines of MIME and PEM, whatever stands before and after it', () => {
    const token = Array.from({ length: 40 }, (_, index) => `x${index}.-`).join('');
    for (const width of [64, 76])
      for (const before of ['', 'a', 'ab', 'abc', 'x'.repeat(57)])
        for (const end of ['\n', '\r\n', '\r\n ']) {
          const encoded = lines(
            Buffer.from(`${before}${token} after`).toString('base64'),
            width,
            end,
          );
          expect(redact([token], encoded)).toMatch(/^[\w+/\s]{0,85}\*\*\*[\w+/=\s]{0,16}$/);
        }
  });

  test('is found in a text of 1 MiB in linear time, whatever the text is made of', () => {
    const size = 1024 * 1024;
    const time = (text: string) => {
      const start = performance.now();
      redact([secret, `b${'a'.repeat(65_535)}`], text);
      return performance.now() - start;
    };
    for (const part of ['a', '%41', 'YWFh', '\\']) {
      time(part.repeat(10_000));
      // Quadratic, it would be hours.
      expect(time(part.repeat(size / part.length))).toBeLessThan(20_000);
    }
  });

  test('is found in the Latin-1 of a header', () => {
    const header = Buffer.from('Zoë’s'.replace('’', "'"), 'latin1');
    for (const form of [header.toString(), header.toString('base64'), 'Zo%EB%27s'])
      expect(redact(["Zoë's"], `a ${form} b`)).toBe('a *** b');
  });

  test('is found in Basic authentication', () => {
    for (const user of ['', 'u', 'us', 'use']) {
      const header = Buffer.from(`${user}:hunter2-hunter2`).toString('base64');
      expect(redact(['hunter2-hunter2'], `Basic ${header}`)).toMatch(
        /^Basic [A-Za-z0-9+/]{0,6}\*\*\*[A-Za-z0-9+/=]{0,3}$/,
      );
    }
  });

  test('is found if another one overlaps or contains it', () => {
    expect(redact(['abcd', 'bcdefgh'], 'xabcdefghx')).toBe('x***x');
    expect(redact(['abcd', 'abcdefgh'], 'abcdefgh abcd')).toBe('*** ***');
    expect(redact(['aaaa'], 'aaaaaa')).toBe('***');
  });

  test('is kept if it is shorter than the minimum length', () => {
    expect(redact(['abc'], 'abc')).toBe('abc');
    expect(redact(['abc'], 'abc', 3)).toBe('***');
    expect(redact(['', 'a'], 'banana', 1)).toBe('b***n***n***');
  });

  test('that is added later is found too', () => {
    const redactor = createRedactor();
    redactor.add('first secret');
    expect(redactor.redact('first secret, second secret')).toBe('***, second secret');
    redactor.add('second secret');
    expect(redactor.redact('first secret, second secret')).toBe('***, ***');
  });

  test('does not slow the search down, whatever the text', () => {
    const start = performance.now();
    for (const sign of ['?', '\ufffd', 'é', '%25', '&amp;', '\\'])
      expect(redact(['é'.repeat(50), '%'.repeat(50)], sign.repeat(10_000))).not.toBe('');
    // It would take hours if it were not linear in the lengths of both.
    expect(performance.now() - start).toBeLessThan(25_000);
  });

  test('with repetitions in a text with repetitions does not slow the search down', () => {
    const start = performance.now();
    expect(redact(['a'.repeat(65_536)], 'a'.repeat(1_000_000))).toBe('***');
    expect(redact(['!'.repeat(1000)], '!'.repeat(100_000))).toBe('***');
    // An earlier implementation took minutes.
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('of maximum length is found in a body of maximum size', () => {
    const token = Array.from({ length: 8_192 }, (_, index) => `x${index}._-~`).join('');
    const body = 'x'.repeat(450_000);
    expect(redact([token], `${body}${token}${body}`)).toHaveLength(900_003);
  });
});

describe('for every secret', () => {
  // Without asterisks, which stand for redacted secrets.
  const secrets = fc
    .string({ unit: 'grapheme', minLength: 4, maxLength: 30 })
    .filter((secret) => secret.length >= 4 && !secret.includes('*'));
  const around = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('*'));
  const encodings: readonly ((text: string) => string)[] = [
    (text) => text,
    encodeURIComponent,
    (text) => new URLSearchParams({ a: text }).toString().slice(2),
    (text) => JSON.stringify(text).slice(1, -1),
    toAsciiJson,
    (text) => Buffer.from(text).toString('base64'),
    (text) => Buffer.from(text).toString('base64url'),
  ];

  test('no encoding is left in the text', () => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        for (const encode of encodings) {
          const encoded = encode(secret);
          const redacted = redact([secret], `${before}${encoded}${after}`);
          expect(redacted).toContain('***');
          expect(redacted).not.toContain(encoded);
        }
      }),
    );
  });

  test('nothing is left in base64 that could be decoded', () => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString('base64');
        const redacted = redact([secret], encoded);
        // One character at either end also holds bits of its neighbour and is kept.
        expect(redacted.length).toBeLessThan(encoded.length - Buffer.byteLength(secret) / 2 + 4);
        expect(redacted).toContain('***');
      }),
    );
  });

  test('a text without the secret stays as it is', () => {
    fc.assert(
      fc.property(secrets, fc.stringMatching(/^[0-9 ]*$/), (secret, text) => {
        fc.pre(!/^[0-9 +]*$/.test(secret));
        expect(redact([secret], text)).toBe(text);
      }),
    );
  });
});

function lines(text: string, width: number, end = '\r\n'): string {
  return text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`);
}

/** Letters too, every so many; digits of both cases. */
function percentSome(text: string, every: number): string {
  return [...text]
    .map((each, index) => {
      const encoded = percentAll(each);
      if (index % every === 0) return index % 4 === 0 ? encoded.toLowerCase() : encoded;
      return each === '%' ? '%25' : each;
    })
    .join('');
}

function mixedHex(text: string): string {
  const digits = Buffer.from(text).toString('hex');
  return digits.replace(/./g, (each, index) => (index % 3 === 0 ? each.toUpperCase() : each));
}

/** All that is legible of what is left of a text in base64. */
function decodedTwice(text: string): string {
  const once = text.split('***').map((part) => Buffer.from(part, 'base64').toString('latin1'));
  return [...once, ...once.map((part) => Buffer.from(part, 'base64').toString('latin1'))].join('|');
}

function html(text: string): string {
  const references: Record<string, string> = { '&': 'amp', '"': 'quot', '<': 'lt', '>': 'gt' };
  return text.replace(/[&"<>]/g, (sign) => `&${references[sign]};`).replaceAll("'", '&#039;');
}

/** A replacement character for each byte that is not ASCII. */
function replaced(text: string): string {
  return text.replace(/[^ -~]/gu, (each) => '\ufffd'.repeat(Buffer.byteLength(each)));
}

function toAsciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
