/** Fuzzes the importer: every source must give a draft that is valid, or an AuthctlError without its values. */
import { expect } from '@jest/globals';
import { readDeclaration } from '../../src/declaration/read.ts';
import { AuthctlError } from '../../src/errors.ts';
import { readCurl } from '../../src/import/curl.ts';
import { draftOf } from '../../src/import/draft.ts';
import type { FoundLogin } from '../../src/import/found.ts';
import { readHar } from '../../src/import/har.ts';
import { readPostman } from '../../src/import/postman.ts';
import type { Candidate } from '../../src/import/reader.ts';
import { answerOf } from '../../src/import/sample-answer.ts';
import { draftText } from '../../src/import/write.ts';
import { corpus, fuzz, texts } from './corpus.ts';

const signs = ["$'", '\\\n', ' ^\n', '^"', '{{x}}', ':id', '$X', '<x>', 'YOUR_KEY', '@', '%7B'];
const options = [
  ' -d ',
  ' --json ',
  ' -u ',
  ' -H ',
  ' -b ',
  ' -G ',
  ' --url ',
  ' -X PUT ',
  ' curl ',
];
const names = ['"value":', '"name":', '"key":', '"request":', '"url":', '"headers":', '"text":'];

fuzz('a curl command', 'curl', texts('curl', [...signs, ...options]), async (text) => {
  const found = attempt(() => readCurl(text));
  if (found) await expectDraft(found, isKept('curl', text));
});

const answers = ['Set-Cookie: ', 'HTTP/1.1 200\r\n', '\r\n\r\n', '"exp":', '"token":', ...names];
fuzz('a sample answer', 'sample-answers', texts('sample-answers', answers), async (text) => {
  const answer = attempt(() => answerOf(text));
  if (!answer) return;
  const found = readCurl('curl -d user=a -d password=b https://a.example/login');
  await expectDraft({ ...found, answer }, isKept('sample-answers', text));
});

fuzz('a recording', 'har', texts('har', [...signs, ...names]), async (text) => {
  await expectDrafts(attempt(() => readHar(text)) ?? [], isKept('har', text));
});

fuzz('a collection', 'postman', texts('postman', [...signs, ...names]), async (text) => {
  await expectDrafts(attempt(() => readPostman(text)) ?? [], isKept('postman', text));
});

function isKept(target: string, text: string): boolean {
  return corpus(target).includes(text);
}

async function expectDrafts(candidates: readonly Candidate[], isOriginal: boolean): Promise<void> {
  for (const { operation, summary, reasons, score, read } of candidates.slice(0, 3)) {
    for (const line of [operation, summary, ...reasons]) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (isOriginal) expect(line).not.toContain('S3CR3T');
    }
    expect(Number.isFinite(score)).toBe(true);
    const found = attempt(read);
    if (found) await expectDraft(found, isOriginal);
  }
}

/** @param isOriginal whether the source is as it was written, so that no edit has made a name of a value */
async function expectDraft(found: FoundLogin, isOriginal: boolean): Promise<void> {
  for (const inputs of [undefined, []]) {
    const server = 'https://a.example';
    const draft = draftOf(found, {
      name: 'drafted',
      server: found.servers.length > 0 ? (found.servers[0]?.url ?? server) : server,
      ...(inputs && { inputs }),
      lifetime: 's',
      ...(draftOf(found).questions.some(({ about }) => about === 'token') && { token: '/token' }),
    });
    const text = draftText(draft);
    if (isOriginal) expect(text).not.toContain('S3CR3T');
    const { fields } = draft.declaration;
    // Without a credential it is no login, which a doubt says.
    if (Array.isArray(fields) && fields.length === 0) continue;
    const read = await readDeclaration(Buffer.from(text), { format: 'yaml', builtIn: [] });
    expect({ problems: read.problems, text }).toEqual({ problems: undefined, text });
  }
}

/** @returns undefined for an AuthctlError */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    expect(error.code).toBe('usage');
    expect(`${error.message} ${error.details.hint}`).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|S3CR3T/u);
    expect(error.cause).toBeUndefined();
    return undefined;
  }
}
