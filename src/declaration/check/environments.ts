/** Checks the servers of a declaration. */
import type { Declaration } from '../declaration.ts';
import type { Report } from './problem.ts';

/** Checks the URLs, and the fields in their hosts: a value must not lead to another host. */
export function checkEnvironments(
  { environments = [], fields }: Declaration,
  report: Report,
): void {
  for (const [index, { name, baseUrl, apiUrl }] of environments.entries()) {
    const pointer = `/environments/${index}`;
    if (environments.findIndex((each) => each.name === name) < index) {
      report(`${pointer}/name`, `there are two environments ${name}`);
    }
    if (!isUrl(baseUrl.replace(/\{[a-z][a-z0-9_]*\}/g, 'x'))) {
      report(`${pointer}/baseUrl`, 'expected a URL without a user name');
    }
    if (apiUrl !== undefined && !isUrl(apiUrl)) {
      report(`${pointer}/apiUrl`, 'expected a URL without a user name');
    }
    const [, host = '', path = ''] = /^https?:\/\/([^/]*)(.*)$/.exec(baseUrl) ?? [];
    if (/[{}]/.test(path)) report(`${pointer}/baseUrl`, 'a {field} can only be in the host');
    const labels = host.replace(/:\d+$/, '').split('.');
    for (const [at, label] of labels.entries()) {
      if (!/[{}]/.test(label)) continue;
      const field = /^\{([a-z][a-z0-9_]*)\}$/.exec(label)?.[1];
      const literals = labels.slice(at + 1);
      if (field === undefined) {
        report(`${pointer}/baseUrl`, 'a {field} has to be a whole label of the host');
      } else if (literals.length < 2 || literals.some((each) => /[{}]/.test(each))) {
        report(`${pointer}/baseUrl`, `at least two labels have to follow {${field}} in the host`);
      } else if (fields.find((each) => each.name === field)?.secret !== false) {
        report(`${pointer}/baseUrl`, `{${field}} has to be a field that is not secret`);
      }
    }
  }
}

function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
