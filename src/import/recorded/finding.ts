/** What is found in a request so far: the inputs, and the doubts about them. */
import { AuthctlError } from '../../errors.ts';
import type { FoundDoubt, Input } from '../found.ts';
import { isCsrfName } from '../names.ts';
import { hasUnprintable } from '../texts.ts';
import type { RecordedRequest } from './request.ts';

const mostInputs = 200;

/** Collects what the parts of a request give. */
export class Finding {
  readonly request: RecordedRequest;
  readonly doubts: FoundDoubt[];
  readonly inputs: Input[] = [];

  constructor(request: RecordedRequest) {
    this.request = request;
    this.doubts = [...(request.doubts ?? [])];
  }

  /** Adds a doubt, once. */
  doubt(pointer: string, text: string): void {
    if (this.doubts.some((each) => each.text === text)) return;
    this.doubts.push({ pointer, text });
  }

  /** @throws AuthctlError `usage` if there are too many */
  add(input: Input): void {
    const name = input.name ?? input.at.at(-1) ?? '';
    if (isCsrfName(name)) {
      const where = input.in === 'body' ? '' : `/${input.in === 'cookie' ? 'cookies' : input.in}`;
      this.doubt(
        `/login/0/request${where}`,
        `${isUnnameable(name) ? 'a value' : name} looks like a value against forged requests, which a server makes for each login: a step before may have to fetch it`,
      );
    }
    this.inputs.push(input);
    if (this.inputs.length > mostInputs) {
      const { source } = this.request;
      throw new AuthctlError('usage', `${source} sends more than ${mostInputs} values`);
    }
  }

  /** Whether there is a header of this name, in lower case. */
  hasHeader(lower: string): boolean {
    return this.inputs.some((each) => isHeader(each, lower));
  }

  removeHeader(lower: string): void {
    const at = this.inputs.findIndex((each) => isHeader(each, lower));
    if (at >= 0) this.inputs.splice(at, 1);
  }
}

function isHeader({ in: place, at }: Input, lower: string): boolean {
  return place === 'header' && at[0]?.toLowerCase() === lower;
}

/** Whether a name is none that a declaration, or a message, can have. */
export function isUnnameable(name: string): boolean {
  return hasUnprintable(name) || name.length > 200;
}
