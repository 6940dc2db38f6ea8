/** Which credentials are looked for. */

/** Fields that are wanted together: those of one way to log in, or of another request. */
export interface Wanted {
  /** The fields that a value must be found for. */
  readonly required: readonly string[];
  /** The fields that are used if they have a value. */
  readonly spare: readonly string[];
}
