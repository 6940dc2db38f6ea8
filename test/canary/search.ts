/** Looks for secrets in whatever a program left behind. Its encodings are written here anew: what redacts must not be its own judge. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every form in which a secret may stand in a text, by name. */
export function encodingsOf(secret: string): Readonly<Record<string, readonly string[]>> {
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  return {
    'as it is': [secret],
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

/** The encodings in which a text holds a secret. */
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

/** Every file below a directory, by its path from there: bytes as Latin-1, links by their target. */
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

/** Alone, and the part that is the same inside of a longer text, such as a name and a colon before it. */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const clean = whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
    return clean.slice(before === 0 ? 0 : 4);
  });
}
