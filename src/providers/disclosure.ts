/** Says in words what a declaration does with secrets, for the user to decide on. */
import type { Declaration } from '../declaration/declaration.ts';
import {
  logoutRequests,
  namesUsed,
  type TemplateAt,
  templatesInRequest,
  templatesInUse,
} from '../declaration/uses.ts';
import { variablesRead } from '../declaration/variables.ts';

/** What the user is told. */
export interface Disclosure {
  readonly lines: readonly string[];
  /** The variables that it would read, and that are set now. */
  readonly setNow: readonly string[];
}

/** What a declaration does with secrets. */
export function disclose(
  declaration: Declaration,
  env: Readonly<Record<string, string | undefined>>,
): Disclosure {
  const { environments = [], login, refresh, verify, logout, use, fields } = declaration;
  const servers =
    environments.length === 0
      ? 'the server that you name'
      : [...new Set(environments.map(({ baseUrl }) => originOf(baseUrl)))].join(', ');
  const secretsIn = (templates: readonly TemplateAt[]) => {
    const used = namesUsed(declaration, templates);
    return fields.filter(({ name, secret }) => secret && used.has(name)).map(({ name }) => name);
  };
  const sends = (what: readonly string[], when: string, to = servers) =>
    what.length === 0 ? [] : [`sends ${what.join(', ')} to ${to} ${when}`];
  const inLogins = secretsIn(login.flatMap(({ request }) => templatesInRequest(request)));
  const api = environments.flatMap(({ apiUrl }) => (apiUrl === undefined ? [] : originOf(apiUrl)));
  const lines = [
    ...sends(inLogins, 'to log in'),
    ...(refresh
      ? sends(['the tokens', ...secretsIn(templatesInRequest(refresh.request))], 'to renew them')
      : []),
    ...(verify
      ? sends(
          ['the token', ...secretsIn(templatesInRequest(verify.request))],
          'to check it',
          api.length > 0 ? [...new Set(api)].join(', ') : servers,
        )
      : []),
    ...(logout
      ? sends(
          ['the tokens', ...secretsIn(logoutRequests(declaration).flatMap(templatesInRequest))],
          'to log out',
        )
      : []),
    ...sends(secretsIn(templatesInUse(use)), '', 'every program that you run with "exec"').map(
      (line) => line.trimEnd(),
    ),
  ];
  const variables = variablesRead(declaration);
  const setNow = variables.filter((variable) => env[variable]);
  const marked = variables.map((variable) =>
    setNow.includes(variable) ? `${variable} (set now)` : variable,
  );
  return { lines: [...lines, `reads the variables ${marked.join(', ')}`], setNow };
}

function originOf(url: string): string {
  return /^https?:\/\/[^/]+/.exec(url)?.[0] ?? url;
}
