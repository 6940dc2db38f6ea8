/** A client's world whose requests are sent only while that is allowed. */
import type { ClientWorld } from './world.ts';

/** @param mayAsk called before each request is made, tries included; what it throws ends the exchange */
export function guarded(world: ClientWorld, mayAsk: () => void): ClientWorld {
  return {
    ...world,
    send: (makeRequest, options) =>
      world.send(() => {
        mayAsk();
        return makeRequest();
      }, options),
  };
}
