/** Fuzzes declarations: the schema must reject them, or the engine must be able to use them. */
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { buildRequest, tokenHeader } from '../../src/declaration/request.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { declarationSchema } from '../../src/declaration/schema.ts';
import { AuthctlError } from '../../src/errors.ts';
import { answerOf } from '../answers.ts';
import { fuzz, texts } from './corpus.ts';

const validate = new Ajv2020({ strict: true }).compile<Declaration>(declarationSchema);
const origin = 'https://api.example';
const nasty = `a"b\\c/../?#&=\n\u2028é😀{}%`;

const words = ['"/a~1b"', '"{uuid}"', '"{now}"', '"pointer":', '"in":[[]]', '"status":[200]'];

fuzz('a declaration', 'declarations', texts('declarations', words), (text) => {
  let declaration: unknown;
  try {
    declaration = JSON.parse(text);
  } catch {
    return;
  }
  if (!validate(declaration)) return;
  for (const { request } of declaration.login) {
    const values = new Map(declaration.fields.map(({ name }) => [name, nasty]));
    try {
      const { url, body } = buildRequest(request, origin, values.set('uuid', 'u').set('now', 'n'));
      expect(new URL(url).origin).toBe(origin);
      if (request.json !== undefined) JSON.parse(body ?? '');
    } catch (error) {
      expectExpected(error);
    }
  }
  for (const body of [{}, [], null, 'x', { token: 'x', data: { token: 'x' }, access_token: 'x' }]) {
    try {
      readTokenSet(declaration, answerOf({ body }), 'credentials');
    } catch (error) {
      expectExpected(error);
    }
  }
  try {
    expect(tokenHeader(declaration.use, 'x').name).toBe(declaration.use.header);
  } catch (error) {
    expectExpected(error);
  }
});

/** Expects an AuthctlError, or an error that tells the author of the declaration what is wrong. */
function expectExpected(error: unknown): void {
  const message = error instanceof Error ? error.message : '';
  if (!(error instanceof AuthctlError))
    expect(message).toMatch(/^(a lone |no value for the placeholder)/);
}
