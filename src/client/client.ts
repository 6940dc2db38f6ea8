/**
 * The client: the operations of authctl, with plain values as arguments and results. The command line
 * is one of its users. Each operation is a file that is loaded on use.
 */

import type { Shown } from '../declaration/shown.ts';
import type { Carried } from '../declaration/use.ts';
import type { AuthctlError } from '../errors.ts';
import type { Request, Response } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import type { Obtained, Session } from '../session/session.ts';
import type { LoggedIn } from './logged-in.ts';
import type { Ended } from './logout.ts';
import {
  type Place,
  resolvePlace,
  resolveTarget,
  type Target,
  type TargetOptions,
} from './target.ts';
import type { TokenOptions } from './token-options.ts';
import type { Step } from './trial.ts';
import type { Accepted } from './verify.ts';
import type { Renewal, WatchOptions } from './watch.ts';
import type { ClientWorld } from './world.ts';

/** The operations. Each throws AuthctlError, as documented in its file. */
export interface Client {
  /** Resolves the target of a command, which every operation needs first. */
  readonly target: (options: TargetOptions) => Promise<Target>;
  /** Resolves server and credentials only, without a stored session. */
  readonly place: (options: TargetOptions) => Promise<Place>;
  /** The target's stored session, even if it has expired. */
  readonly stored: (target: Target) => Promise<Session | undefined>;
  readonly login: (target: Target) => Promise<LoggedIn>;
  readonly token: (target: Target, options: TokenOptions) => Promise<LoggedIn>;
  /** What a login for a token would end for want of, before anything is asked, run or sent. */
  readonly missing: (
    target: Target,
    options: Pick<TokenOptions, 'isGood'>,
  ) => Promise<AuthctlError | undefined>;
  readonly watch: (
    target: Target,
    options: WatchOptions,
  ) => Promise<AsyncGenerator<Renewal, never>>;
  readonly renew: (target: Target, options: Pick<TokenOptions, 'signal'>) => Promise<Obtained>;
  /** Checks the given or stored token, and returns how the server accepts it. */
  readonly verify: (target: Target, token: string | undefined) => Promise<Accepted>;
  /** Tells the server that a session ends. @returns what it has ended; undefined if it was not told */
  readonly logout: (target: Target, session: Session) => Promise<Ended | undefined>;
  /** Tries the provider step by step. */
  readonly trial: (
    target: Target,
    onAnswer?: (response: Response) => void,
  ) => Promise<AsyncGenerator<Step>>;
  /** What a call needs to carry a session's token. */
  readonly carried: (target: Target, session: Session) => Promise<Carried>;
  /** The requests that these operations would send, with secrets replaced by `***`. */
  readonly preview: {
    readonly login: (target: Target) => Promise<readonly Shown[]>;
    /** Undefined if the stored token is good. */
    readonly token: (
      target: Target,
      options: Pick<TokenOptions, 'isGood' | 'rejected'>,
    ) => Promise<readonly Shown[] | undefined>;
    readonly renew: (target: Target) => Promise<Request>;
    readonly verify: (target: Target, token: string | undefined) => Promise<Request>;
  };
}

/** Creates a client. */
export function createClient(world: ClientWorld): Client {
  return {
    target: (options) => resolveTarget(world, options),
    place: (options) => resolvePlace(world, options),
    stored: async ({ selector }) => findSession(await world.store(), selector),
    login: async (target) => (await import('./login.ts')).login(world, target),
    token: async (target, options) => (await import('./token.ts')).token(world, target, options),
    missing: async (target, options) =>
      (await import('./what-is-missing.ts')).whatIsMissing(world, target, options),
    watch: async (target, options) => (await import('./watch.ts')).watch(world, target, options),
    renew: async (target, options) => (await import('./renew.ts')).renew(world, target, options),
    verify: async (target, token) => (await import('./verify.ts')).verify(world, target, token),
    logout: async (target, session) => (await import('./logout.ts')).logout(world, target, session),
    trial: async (target, onAnswer) => (await import('./trial.ts')).trial(world, target, onAnswer),
    carried: async (target, session) =>
      (await import('./carried.ts')).carried(world, target, session),
    preview: {
      login: async (target) => (await import('./preview.ts')).previewLogin(world, target),
      token: async (target, options) =>
        (await import('./preview.ts')).previewToken(world, target, options),
      renew: async (target) => (await import('./preview.ts')).previewRenew(world, target),
      verify: async (target, token) =>
        (await import('./verify.ts')).previewVerify(world, target, token),
    },
  };
}
