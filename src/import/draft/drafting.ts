/** A draft while it is made: its fields, its doubts and its questions. */
import type { FoundDoubt, FoundLogin, Input } from '../found.ts';
import { fieldName, labelOf } from '../names.ts';
import { oneLine } from '../texts.ts';
import type { Answers, Question } from './answers.ts';

/** A part of a declaration. */
export type Section = Readonly<Record<string, unknown>>;

/** What a field is made of. */
interface NewField {
  /** What the source calls it. */
  readonly name: string;
  readonly secret: boolean;
  readonly optional?: boolean;
  readonly once?: boolean;
  readonly description?: string | undefined;
}

/** Collects what the sections of a draft share. */
export class Drafting {
  readonly found: FoundLogin;
  readonly answers: Answers;
  readonly doubts: FoundDoubt[];
  readonly questions: Question[] = [];
  readonly #fields = new Map<string, Section>();
  /** The names of the fields of inputs, by the places of these. */
  readonly #ofInputs = new Map<string, string>();

  constructor(found: FoundLogin, answers: Answers) {
    this.found = found;
    this.answers = answers;
    this.doubts = [...found.doubts];
  }

  doubt(pointer: string, text: string): void {
    this.doubts.push({ pointer, text });
  }

  get fields(): readonly Section[] {
    return [...this.#fields.values()];
  }

  /** The names of the fields so far. */
  get taken(): ReadonlySet<string> {
    return new Set(this.#fields.keys());
  }

  /** The names of the fields that a login needs. */
  get required(): readonly string[] {
    return this.fields
      .filter((field) => field['optional'] !== true)
      .map((field) => String(field['name']));
  }

  /** Adds a field. @returns its name */
  addField({ name, secret, optional = false, once = false, description }: NewField): string {
    const own = fieldName(name, this.taken);
    const about = description === undefined ? '' : oneLine(description);
    this.#fields.set(own, {
      name: own,
      label: labelOf(own),
      secret,
      ...(optional && { optional }),
      ...(once && { once }),
      ...(about !== '' && about.length <= 200 && { description: about }),
    });
    return own;
  }

  /** Adds the field of an input. @returns its name */
  addFieldOf(input: Input, field: NewField): string {
    const name = this.addField(field);
    this.#ofInputs.set(placeOf(input), name);
    return name;
  }

  /** The name of the field of an input. */
  fieldOf(input: Pick<Input, 'in' | 'at'>): string | undefined {
    return this.#ofInputs.get(placeOf(input));
  }

  /** Marks a field as one that calls carry too, if it is a secret. */
  markCarried(name: string): void {
    const field = this.#fields.get(name);
    if (field?.['secret'] === true) this.#fields.set(name, { ...field, carried: true });
  }
}

function placeOf({ in: place, at }: Pick<Input, 'in' | 'at'>): string {
  return `${place} ${at.join('/')}`;
}
