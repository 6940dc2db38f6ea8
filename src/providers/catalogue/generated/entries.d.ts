/** The catalogue, which `npm run build` makes of `catalogue`, by name. */
import type { CatalogueEntry } from '../catalogue.ts';

declare const entries: readonly CatalogueEntry[];
export default entries;
