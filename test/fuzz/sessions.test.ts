/** Fuzzes the files of the session store: each must be valid, or rejected with a reason. */
import { expect } from '@jest/globals';
import { isFresh, timeLeft } from '../../src/session/freshness.ts';
import { canonicalKey, describeAccount } from '../../src/session/key.ts';
import { formatFailure, parseFailure } from '../../src/store/failure-format.ts';
import { sessionPath } from '../../src/store/file/paths.ts';
import {
  formatPointer,
  formatSession,
  parsePointer,
  parseSession,
} from '../../src/store/format.ts';
import { formatOutline, parseOutline } from '../../src/store/outline-format.ts';
import { fuzz, texts } from './corpus.ts';

const program = '1.2.3';
const words = [
  ...['"token_set":', '"account":', '"fields":', '"lifetime":null', '"version":1', '"outline":'],
  ...['"program":"1.2.3"', '"login":', '"environments":', '"file":', '"secret":true', '"name":'],
];
const reasons = /^(empty|damaged|in an unknown format)$/;

fuzz('a file of the session store', 'sessions', texts('sessions', words), (text) => {
  const session = parseSession(text);
  if (typeof session === 'string') expect(session).toMatch(reasons);
  else {
    expect(parseSession(formatSession(session))).toEqual(session);
    expect(typeof isFresh(session.tokenSet, Date.now())).toBe('boolean');
    expect(['number', 'object']).toContain(typeof timeLeft(session.tokenSet, Date.now()));
    expect(sessionPath('/s', session.key)).toMatch(
      /^\/s\/sessions\/[a-z0-9_-]*\/[a-z0-9_-]*\/[0-9a-f]{16}\.json$/,
    );
    expect(typeof describeAccount(session.key.account)).toBe('string');
  }
  const pointer = parsePointer(text);
  if (typeof pointer === 'string') expect(pointer).toMatch(reasons);
  else expect(canonicalKey(pointer)).toBe(canonicalKey(reread(formatPointer(pointer))));

  const failure = parseFailure(text);
  if (typeof failure === 'string') expect(failure).toMatch(reasons);
  else expect(parseFailure(formatFailure(failure))).toEqual(failure);

  const outline = parseOutline(text, program);
  if (!outline) return;
  expect(parseOutline(formatOutline(outline, program), program)).toEqual(outline);
  expect(parseOutline(formatOutline(outline, '1.2.4'), program)).toBeUndefined();
});

function reread(text: string) {
  const pointer = parsePointer(text);
  if (typeof pointer === 'string') throw new Error(`the formatted pointer is ${pointer}`);
  return pointer;
}
