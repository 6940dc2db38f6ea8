/** Fuzzes declarations: the schema must reject them, or the engine must be able to use them. */
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { stepsIn } from '../../src/declaration/check/steps.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { stepValues } from '../../src/declaration/kept.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { declarationSchema } from '../../src/declaration/schema.ts';
import { readStep } from '../../src/declaration/step-answer.ts';
import { addCarriers, carriersOf, formsOf } from '../../src/declaration/use.ts';
import { declaredRequests } from '../../src/declaration/uses.ts';
import { requestValues } from '../../src/declaration/values.ts';
import { AuthctlError } from '../../src/errors.ts';
import { answerOf } from '../answers.ts';
import { corpus, fuzz, texts } from './corpus.ts';

const validate = new Ajv2020({ strict: true }).compile<Declaration>(declarationSchema);
const origin = 'https://api.example';
const nasty = `a"b\\c/../?#&=\n\u2028é😀{}%`;

const words = [
  ...['"/a~1b"', '"{uuid}"', '"{now}"', '"{token}"', '"{key|number}"', '"at":', '"in":[[]]'],
  ...['"status":[200]', '"absent":true', '{"header":"X-A"}', '{"cookie":"sid"}', '{"text":true}'],
  ...[
    '"query":',
    '"cookies":',
    '"basic":',
    '"escape":"xml"',
    '"keep":',
    '"derive":',
    '"bare":true',
    '"steps":',
    '"when":',
    '"mint":',
    '"asks":',
    '"stored":true',
    '"exclusive":true',
    '"once":true',
    '"totp":',
    '"jwt":',
  ],
];

fuzz('a declaration', 'declarations', texts('declarations', words), (text) => {
  let declaration: unknown;
  try {
    declaration = JSON.parse(text);
  } catch {
    return;
  }
  if (!validate(declaration)) return;
  for (const value of [nasty, 'x']) expectRequests(declaration, value);
  // The static check asks for it, except where tokens are signed by the client.
  if (declaration.answer.token === undefined) return;
  const bodies = [{}, [], null, 'x', { token: 'x', data: { token: 'x' }, access_token: 'x' }];
  for (const body of bodies) {
    for (const cookies of [[], ['sid=x; Max-Age=60'], ['sid=x', 'sid=y']]) {
      expectKnown(() => {
        const response = answerOf({ body, cookies, headers: { 'x-a': 'x' } });
        for (const [, step] of stepsIn(declaration)) readStep(declaration, step, response, {});
        readTokenSet(declaration, response, { sent: 'credentials', lookUp: () => 'x' });
      });
    }
  }
  const { use } = declaration;
  if (use.header !== undefined && use.value !== undefined && !use.basic) {
    expectKnown(() =>
      expect(carriersOf(use, () => 'x').headers[0]?.name).toBe(declaration.use.header),
    );
  }
});

test.each(corpus('declarations').map((text) => [JSON.parse(text).name, text] as const))(
  'the declaration of %s in the corpus fits the schema',
  (_name, text) => {
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  },
);

/** Expects that each request of a declaration goes to the server, whatever its values. */
function expectRequests(declaration: Declaration, value: string): void {
  const { name, use } = declaration;
  const names = [...declaration.fields.map((field) => field.name), 'token', 'refresh_token'];
  const kept = [
    ...Object.keys(declaration.answer.keep ?? {}),
    ...stepValues(declaration).map((each) => each.name),
  ];
  const lookUp = () =>
    requestValues(declaration, {
      values: new Map([...names, ...kept].map((each) => [each, value])),
      uuid: () => 'u',
      now: 0,
    });
  const templates = declaredRequests(declaration).map(({ request }) => request);
  for (const template of templates) {
    expectKnown(() => {
      const { url, body } = buildRequest(template, `${origin}/${name}`, lookUp());
      expect([new URL(url).origin, url]).toEqual([origin, expect.stringContaining(`/${name}/`)]);
      if (template.json !== undefined) JSON.parse(body ?? '');
    });
    for (const form of formsOf(use)) {
      expectKnown(() => {
        const carriers = carriersOf(use, lookUp(), form);
        const request = { method: 'GET', url: `${origin}/a?b=c`, headers: {} } as const;
        const { url } = addCarriers(request, carriers);
        expect([...new URL(url).searchParams]).toHaveLength(1 + carriers.query.length);
      });
    }
  }
}

/** Expects at most an AuthctlError, or an error that tells the author of the declaration what is wrong. */
function expectKnown(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof AuthctlError) return;
    if (!(error instanceof Error) || !error.message.startsWith('unmatched ')) {
      throw error;
    }
  }
}
