/**
 * The application service: plain values in, plain values out. The command line is one user of it.
 * Each verb is a file, loaded with its use.
 */
import type { Request } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import type { Obtained, Session } from '../session/session.ts';
import {
  type Place,
  resolvePlace,
  resolveTarget,
  type Target,
  type TargetOptions,
} from './target.ts';
import type { TokenOptions } from './token-options.ts';
import type { Renewal } from './watch.ts';
import type { ClientWorld } from './world.ts';

/** What can be done with a target. Each throws AuthctlError, as its file says. */
export interface Client {
  /** Resolves what a command is about: once, and before anything else. */
  readonly target: (options: TargetOptions) => Promise<Target>;
  /** The same without the stored session. */
  readonly place: (options: TargetOptions) => Promise<Place>;
  /** The stored session that is meant, whatever its age. */
  readonly stored: (target: Target) => Promise<Session | undefined>;
  readonly login: (target: Target) => Promise<Obtained>;
  readonly token: (target: Target, options: TokenOptions) => Promise<Obtained>;
  readonly watch: (
    target: Target,
    options: { readonly needed: number; readonly signal: AbortSignal },
  ) => Promise<AsyncGenerator<Renewal, never>>;
  readonly renew: (target: Target, options: Pick<TokenOptions, 'signal'>) => Promise<Obtained>;
  /** The form in which the server takes the token that is given, or stored. */
  readonly verify: (target: Target, token: string | undefined) => Promise<string>;
  /** The requests that these would send, with `***` for what is secret. */
  readonly preview: {
    readonly login: (target: Target) => Promise<Request>;
    readonly renew: (target: Target) => Promise<Request>;
    readonly verify: (target: Target, token: string | undefined) => Promise<Request>;
  };
}

/** A client in a world. */
export function createClient(world: ClientWorld): Client {
  return {
    target: (options) => resolveTarget(world, options),
    place: (options) => resolvePlace(world, options),
    stored: async ({ selector }) => findSession(await world.store(), selector),
    login: async (target) => (await import('./login.ts')).login(world, target),
    token: async (target, options) => (await import('./token.ts')).token(world, target, options),
    watch: async (target, options) => (await import('./watch.ts')).watch(world, target, options),
    renew: async (target, options) => (await import('./renew.ts')).renew(world, target, options),
    verify: async (target, token) => (await import('./verify.ts')).verify(world, target, token),
    preview: {
      login: async (target) => (await import('./preview.ts')).previewLogin(world, target),
      renew: async (target) => (await import('./preview.ts')).previewRenew(world, target),
      verify: async (target, token) =>
        (await import('./verify.ts')).previewVerify(world, target, token),
    },
  };
}
