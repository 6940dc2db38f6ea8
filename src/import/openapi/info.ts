/** What a document says of itself. */
import type { Node } from './node.ts';

/** The name of the API. */
export function titleOf(root: Node): string {
  const title = root.tolerant(() => root.get('info').text('title'), '');
  return /[\p{L}\p{N}]/u.test(title) ? title : 'API';
}

/** Where its documentation is; undefined without one that can be shown. */
export function docsOf(root: Node): string | undefined {
  const url = root.tolerant(() => root.get('externalDocs').text('url'), '');
  return url === '' || /^[^/]*\/\/[^/]*@/.test(url) ? undefined : url;
}
