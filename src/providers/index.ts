/** The built-in providers, in the order in which they are listed. */
import type { Declaration } from '../declaration/declaration.ts';
import { datarhei } from './datarhei.ts';
import { loadProviders } from './load.ts';
import { netnut } from './netnut.ts';
import { pegase3 } from './pegase3.ts';
import { ropo } from './ropo.ts';
import { verbit } from './verbit.ts';

export const providers: readonly Declaration[] = loadProviders([
  ropo,
  netnut,
  verbit,
  pegase3,
  datarhei,
]);
