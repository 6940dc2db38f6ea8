/** Remembers which one-time codes were used: each is taken once. */
import type { Declaration } from '../declaration/declaration.ts';
import { totpCounter } from '../declaration/totp.ts';
import { namesUsed, type TemplateAt } from '../declaration/uses.ts';

/** How many are remembered; the oldest are forgotten first. They are out of date by then. */
const maxCodes = 1000;

/** One provider's one-time codes. */
export class Codes {
  readonly #used = new Set<string>();
  readonly #declaration: Declaration;

  constructor(declaration: Declaration) {
    this.#declaration = declaration;
  }

  /** Uses the codes of a moment that a request has. @returns whether none of them was used before */
  take(templates: readonly TemplateAt[], moment: number): boolean {
    const names = namesUsed(this.#declaration, templates);
    const codes = Object.entries(this.#declaration.derive ?? {}).flatMap(([name, each]) =>
      'totp' in each && names.has(name)
        ? [`${each.totp.secret} ${totpCounter(each.totp, moment)}`]
        : [],
    );
    if (codes.some((each) => this.#used.has(each))) return false;
    for (const each of codes) this.#used.add(each);
    const [oldest = ''] = this.#used;
    if (this.#used.size > maxCodes) this.#used.delete(oldest);
    return true;
  }
}
