/** The body of a collection's request. */
import type { FoundDoubt } from '../found.ts';
import { listOf, member, memberAt, pairsOf, textOf } from '../outside.ts';
import type { RecordedBody } from '../recorded/request.ts';

/** The body, whatever its mode; undefined without one. */
export function bodyOf(body: unknown, doubts: FoundDoubt[]): RecordedBody | undefined {
  if (member(body, 'disabled') === true) return undefined;
  const mode = textOf(body, 'mode');
  if (mode === 'raw') return { text: withoutComments(textOf(body, 'raw')) };
  if (mode === 'urlencoded') {
    const parts = member(body, 'urlencoded');
    if (typeof parts === 'string') return { text: parts };
    return { form: pairsOf(parts, 'key') };
  }
  if (mode === 'graphql') {
    const variables = memberAt(body, 'graphql', 'variables');
    const text = typeof variables === 'string' ? variables : JSON.stringify(variables ?? {});
    const query = textOf(member(body, 'graphql'), 'query');
    return { text: `{"query":${JSON.stringify(query)},"variables":${text.trim() || '{}'}}` };
  }
  if (mode === 'formdata') {
    doubts.push({
      pointer: '/login/0/request',
      text: 'the request sends a multipart form, which cannot be declared: it is written as a form of names and values',
    });
    return {
      form: pairsOf(
        listOf(member(body, 'formdata')).filter((each) => textOf(each, 'type') !== 'file'),
        'key',
      ),
    };
  }
  if (mode === 'file') {
    doubts.push({
      pointer: '/login/0/request',
      text: 'the request sends a file, which is left out',
    });
  }
  return undefined;
}

/** Postman takes comments in JSON. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\/\/.*$/gm, '');
}
