/** Measures how deeply JSON is nested, before anything recursive prints or compares it. */
import { endOfString } from './duplicate-names.ts';

/** Whether arrays and objects are nested more than `limit` levels deep. The text need not be valid JSON. */
export function isDeeper(json: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '"') at = endOfString(json, at) - 1;
    if (depth > limit) return true;
  }
  return false;
}
