/** The names in the catalogue, which `npm run build` makes of `catalogue`. */
declare const names: readonly string[];
export default names;
