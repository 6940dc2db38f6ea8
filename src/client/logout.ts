/** Tells the server that a session ends, where the declaration has a logout. */
import { requireEnded } from '../declaration/checked.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { matches } from '../declaration/match.ts';
import type { ReadAnswer } from '../declaration/place.ts';
import { readStep } from '../declaration/step-answer.ts';
import {
  logoutStages,
  namesUsed,
  type Stage,
  templatesInRequest,
  templatesInUse,
} from '../declaration/uses.ts';
import { timeLeft } from '../session/freshness.ts';
import type { Session } from '../session/session.ts';
import { prepareValues } from './credentials.ts';
import { askAbout, askFor, connect } from './exchange.ts';
import { keepOfStep } from './kept-of-step.ts';
import { serverOfSession, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** What the server has ended. */
export type Ended = NonNullable<NonNullable<Declaration['logout']>['ends']>;

/**
 * Tells the server that a session ends.
 *
 * @param target of the session
 * @returns what it has ended; undefined if it was not told, since it would not know the session: the
 *   provider has no logout, or the tokens have expired
 * @throws AuthctlError if the server could not be told, or does not confirm it
 */
export async function logout(
  world: ClientWorld,
  target: Target,
  session: Session,
): Promise<Ended | undefined> {
  const { declaration } = target;
  const { tokenSet, key } = session;
  const { logout: declared } = declaration;
  if (!declared) return undefined;
  const left = timeLeft(tokenSet, world.clock.now());
  const isAlive = left === null || left > 0;
  const all = logoutStages(declaration);
  const stages = all.filter((stage) =>
    needsRefreshToken(declaration, stage) ? tokenSet.refreshToken !== undefined : isAlive,
  );
  // What comes after a step needs it.
  const isLacking = all.some((stage) => stage.step && !stages.includes(stage));
  if (isLacking || stages.every(({ step }) => step)) return undefined;
  const server = serverOfSession(target, key);
  const templates = [
    ...stages.flatMap(({ request }) => templatesInRequest(request)),
    ...(declared.bare ? [] : templatesInUse(declaration.use)),
  ];
  const values = new Map(await prepareValues(world, target, { server, templates, session }));
  const connection = connect(world, target, key.baseUrl);
  const use = declared.bare ? {} : { use: { form: declaration.use.value } };
  let before: ReadAnswer | undefined;
  for (const { request, step, when } of stages) {
    if (when && before && !matches(when, before)) continue;
    const outgoing = { template: request, values, ...use };
    if (!step) {
      await askAbout(connection, outgoing, (read) => requireEnded(declaration, declared, read));
      continue;
    }
    const { read, kept } = await askFor(connection, outgoing, (response, lookUp) =>
      readStep(declaration, step, response, { lookUp }),
    );
    before = read;
    keepOfStep(step.keep, kept, { values, secrets: world.secrets, found: world.found });
  }
  return declared.ends ?? 'token';
}

function needsRefreshToken(declaration: Declaration, { request }: Stage): boolean {
  return namesUsed(declaration, templatesInRequest(request)).has('refresh_token');
}
