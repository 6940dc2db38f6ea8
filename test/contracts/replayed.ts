/** A client whose server is a contract: each request is compared with the next of a script, and answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import type { Target } from '../../src/client/target.ts';
import type { Step } from '../../src/client/trial.ts';
import { offKeychain } from '../../src/credentials/keychain/client.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { variableName } from '../../src/declaration/names.ts';
import { readDeclaration } from '../../src/declaration/read.ts';
import type { Response } from '../../src/http/message.ts';
import { createSend } from '../../src/http/send.ts';
import { providers } from '../../src/providers/index.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { answerOf } from '../answers.ts';
import { clientWorld } from '../client/world.ts';
import { world as sandboxWorld } from '../sandbox/exchanges.ts';
import { type AnswerContract, type Contract, catalogue, type Exchange } from './catalogue.ts';
import { credential, expectRequest } from './compared.ts';
import { generated, receivedAt } from './fixture.ts';

/** A declaration of the catalogue. @throws Error with its problems */
export async function readCatalogue(name: string): Promise<Declaration> {
  const bytes = readFileSync(join(catalogue, `${name}.yaml`));
  const builtIn = providers.map((each) => each.name);
  const read = await readDeclaration(bytes, { format: 'yaml', name, builtIn });
  if (read.declaration) return read.declaration;
  throw new Error(JSON.stringify(read.problems));
}

/** A client, its target, and what its server expects. */
export interface Replayed {
  readonly client: Client;
  readonly target: Target;
  /** Does some work, and expects exactly these requests from it. @returns what the work returns */
  readonly expecting: <T>(exchanges: readonly Exchange[], work: () => Promise<T>) => Promise<T>;
}

/** A client with the credentials of a login, and nothing stored. */
export async function replay(
  declaration: Declaration,
  contract: Contract,
  credentials: Readonly<Record<string, string>>,
): Promise<Replayed> {
  let script: readonly Exchange[] = [];
  let asked = 0;
  const given = Object.entries(credentials).map(([name, value]) => ({
    name,
    value: credential(value),
    // A one-time code has no variable.
    isCode: declaration.fields.some((field) => field.name === name && field.once),
  }));
  const { world } = clientWorld({
    env: Object.fromEntries(
      given
        .filter(({ isCode }) => !isCode)
        .map(({ name, value }) => [variableName(declaration.name, name), value]),
    ),
    clock: { ...systemClock, now: () => receivedAt },
    uuid: () => generated.uuid,
    keychain: async () => offKeychain,
    send: async (makeRequest) => {
      const request = makeRequest();
      const next = script[asked++];
      if (!next) throw new Error(`${request.method} ${request.url} is not in the contract`);
      await expectRequest(request, next.request, Object.values(credentials));
      return response(next.answer);
    },
  });
  const client = createClient(world);
  const target = await client.target({
    declaration,
    profile: 'default',
    profileGiven: false,
    server: { ...(!declaration.environments && { baseUrl: contract.base_url }), allowHttp: false },
    transport: { timeout: 30_000, retries: 0 },
    flags: new Map(
      given.filter(({ isCode }) => isCode).map(({ name, value }) => [name, { value }] as const),
    ),
  });
  return {
    client,
    target,
    expecting: async (exchanges, work) => {
      [script, asked] = [exchanges, 0];
      try {
        return await work();
      } finally {
        expect(asked).toBe(script.length);
      }
    },
  };
}

/** The response that an answer of a contract is. */
export function response({ status, headers = {}, json, text = '' }: AnswerContract): Response {
  const { 'set-cookie': cookies = [], ...rest } = headers;
  return answerOf({
    status,
    headers: {
      date: new Date(receivedAt).toUTCString(),
      ...Object.fromEntries(
        Object.entries(rest).map(([name, value]) => [
          name.toLowerCase(),
          [value].flat().join(', '),
        ]),
      ),
    },
    cookies: [cookies].flat(),
    body: json === undefined ? text : JSON.stringify(json),
    receivedAt,
  });
}

/** What each step of a trial with the demo credentials finds, in a sandbox that is made of a declaration. */
export async function trialInSandbox(declaration: Declaration): Promise<readonly Step[]> {
  const sandbox = await startSandbox([declaration], sandboxWorld);
  try {
    const { credentials } = samplesOf(declaration);
    const own = Object.entries(credentials).filter(([name]) =>
      declaration.login[0]?.fields.includes(name),
    );
    const isCode = (name: string) =>
      declaration.fields.some((each) => each.name === name && each.once);
    const variables = own.map(([name, value]) => [variableName(declaration.name, name), value]);
    const { world } = clientWorld({
      env: Object.fromEntries(variables),
      uuid: sandboxWorld.uuid,
      keychain: async () => offKeychain,
      send: createSend({ env: {}, clock: systemClock, notice: () => {}, version: '0' }),
    });
    const client = createClient(world);
    const target = await client.target({
      declaration,
      profile: 'default',
      profileGiven: false,
      server: { baseUrl: `${sandbox.origin}/${declaration.name}`, allowHttp: false },
      transport: { timeout: 10_000, retries: 0 },
      flags: new Map(
        Object.entries(credentials)
          .filter(([name]) => isCode(name))
          .map(([name, value]) => [name, { value }] as const),
      ),
    });
    const steps: Step[] = [];
    for await (const step of await client.trial(target)) steps.push(step);
    return steps;
  } finally {
    await sandbox.close();
  }
}
