/** Searches output and files for secrets. Its encodings are written independently of the redactor that it checks. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every encoding of a secret, by name. */
export function encodingsOf(secret: string): Readonly<Record<string, readonly string[]>> {
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  return {
    plain: [secret],
    'in JSON': [JSON.stringify(secret).slice(1, -1), inAscii(secret)],
    'percent-encoded': [encodeURIComponent(secret), encodeURIComponent(secret).toLowerCase(), form],
    'in HTML': [inHtml(secret)],
    'in base64': inBase64(secret),
    'in base64 for URLs': inBase64(secret).map((text) =>
      text.replaceAll('+', '-').replaceAll('/', '_'),
    ),
    'in hexadecimal': [Buffer.from(secret).toString('hex')],
  };
}

/** The encodings of a secret that a text contains. */
export function findSecret(text: string, secret: string): string[] {
  const folded = text.toLowerCase();
  return Object.entries(encodingsOf(secret))
    .filter(([name, forms]) =>
      forms.some((each) =>
        name === 'in hexadecimal' ? folded.includes(each) : text.includes(each),
      ),
    )
    .map(([name]) => name);
}

/** Every file below a directory, by its relative path: bytes as Latin-1, links by their target. */
export function filesUnder(directory: string): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const content = entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'latin1');
        return [path.slice(directory.length + 1), content];
      }),
  );
}

function inAscii(text: string): string {
  const unit = (each: string) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, unit);
}

function inHtml(text: string): string {
  const signs: Readonly<Record<string, string>> = { '&': 'amp', '"': 'quot', '<': 'lt', '>': 'gt' };
  return text.replace(/[&"<>]/g, (sign) => `&${signs[sign]};`);
}

/** The encoding of the secret alone, and the part of it that does not depend on the text around it. */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const clean = whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
    return clean.slice(before === 0 ? 0 : 4);
  });
}
