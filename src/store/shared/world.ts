/** What the sessions of a shared store depend on. */
import type { Clock } from '../../clock.ts';
import type { SharedStore } from '../../session/shared-store.ts';
import type { KeyRing } from './key-ring.ts';

/** A shared store, opened. */
export interface SharedWorld {
  readonly store: SharedStore;
  readonly ring: KeyRing;
  /** Tells this store from others in what is stored here. */
  readonly id: string;
  readonly readsOnly: boolean;
  /** The variable that chose the store, if one did. */
  readonly variable?: string;
  /** The address that the variable has; undefined if it chose the config that names the store. */
  readonly chosen?: string;
  /** Milliseconds that a lease lasts without a beat. */
  readonly lease: number;
  /** Whether to log in without the store where it cannot be reached. */
  readonly fallback: boolean;
  readonly clock: Clock;
  /** A fresh random name. */
  readonly uuid: () => string;
  /** Receives every token that is opened, before anything else is done with it. */
  readonly keepSecret: (secret: string) => void;
  readonly notice: (text: string) => void;
  readonly detail: (text: string) => void;
}
