/** Fuzzes tokens: every shell and parser must get them exactly, or they must be refused. */
import { execFileSync } from 'node:child_process';
import { expect } from '@jest/globals';
import { isToken } from '../../src/declaration/token.ts';
import { AuthctlError } from '../../src/errors.ts';
import { curlConfig } from '../../src/output/curl.ts';
import { dotenvText } from '../../src/output/dotenv.ts';
import { shells } from '../../src/output/shells.ts';
import { createRedactor } from '../../src/secrets/redact.ts';
import { printable, printableJson } from '../../src/terminal/printable.ts';
import { fuzz, texts } from './corpus.ts';

const words = ["'\\''", '"$(id)"', '`id`', '\\', ';', '||', '%PATH%', '!!', '#', '"\\', "''"];
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

fuzz('a text', 'quoting', texts('quoting', words), (text) => {
  const shown = printable(text, 300);
  expect([unprintable.test(shown), shown.length <= 300]).toEqual([false, true]);
  const json = printableJson(JSON.stringify({ text }));
  expect([unprintable.test(json), JSON.parse(json)]).toEqual([false, { text }]);

  if (text.length >= 8 && !/[*]/.test(text)) expectRedacted(text);
  if (isToken(text)) expectQuoted(text);
});

function expectQuoted(token: string): void {
  // Undo the quoting as each shell does.
  const { fish, powershell, cmd, sh } = shells;
  expect(inside(fish.quote(token)).replace(/\\([\\'])/g, '$1')).toBe(token);
  expect(inside(fish.quote(token))).toMatch(/^([^\\']|\\[\\'])*$/);
  expect(inside(powershell.quote(token)).replaceAll("''", "'")).toBe(token);
  expect(inside(powershell.quote(token))).toMatch(/^([^']|'')*$/);
  expect(inside(sh.quote(token)).replaceAll("'\\''", "'")).toBe(token);
  expect([undefined, token]).toContain(cmd.quote(token));
  expect(cmd.quote(token) ?? '').not.toMatch(/["%!^&|<>]/);

  expectExact(token, () => dotenvText([{ name: 'T', value: token, secret: true }]).slice(2, -1));
  expectExact(token, () => {
    const line = curlConfig({ headers: [{ name: 'T', value: token }], query: [], cookies: [] });
    return line.slice('header = "T: '.length, -2).replace(/\\(["\\])/g, '$1');
  });
}

function inside(quoted: string | undefined): string {
  const text = quoted ?? '';
  expect([text.at(0), text.at(-1)]).toEqual(["'", "'"]);
  return text.slice(1, -1);
}

function expectExact(token: string, print: () => string): void {
  try {
    expect(print()).toBe(token);
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'token_unusable') throw error;
  }
}

/** Skips secrets with lone surrogates, which are never sent. */
function expectRedacted(secret: string): void {
  if (/\p{Cs}/u.test(secret)) return;
  const redactor = createRedactor();
  redactor.add(secret);
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
  for (const form of forms) expect(redactor.redact(`: ${form} .`)).not.toContain(form);
}

/** Tokens for one script, because a process for each would take too long. */
let batch: string[] = [];

const onPosix = process.platform !== 'win32';
if (onPosix)
  fuzz('a token in a real shell', 'quoting', texts('quoting', words), (text) => {
    if (!isToken(text) || text.length > 2000) return;
    batch.push(text);
    if (batch.length < 50) return;
    const tokens = batch;
    batch = [];
    const { set, quote } = shells.sh;
    const script = tokens.map((token) => `${set('T', quote(token) ?? '')}\nprintf '%s\\n' "$T"\n`);
    const printed = execFileSync('/bin/sh', { input: script.join(''), encoding: 'utf8' });
    expect(printed.split('\n').slice(0, -1)).toEqual(tokens);
  });
