import type { CatalogueEntry } from '../catalogue.ts';

/** The catalogue, which `npm run build` makes of `catalogue`, by name. */
declare const entries: readonly CatalogueEntry[];
export default entries;
