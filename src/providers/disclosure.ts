/** Says in words what a declaration does with secrets, for the user to decide on. */
import type { Declaration } from '../declaration/declaration.ts';
import {
  loginStages,
  logoutStages,
  namesSent,
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
  const secretsAmong = (names: ReadonlySet<string>) =>
    fields.filter(({ name, secret }) => secret && names.has(name)).map(({ name }) => name);
  const secretsIn = (templates: readonly TemplateAt[]) =>
    secretsAmong(namesSent(declaration, templates));
  const sends = (what: readonly string[], when: string, to = servers) =>
    what.length === 0 ? [] : [`sends ${what.join(', ')} to ${to} ${when}`];
  const inLogins = login.flatMap((each) => {
    const stages = loginStages(each);
    return stages.flatMap(({ request }, index) =>
      sends(
        secretsIn(templatesInRequest(request)),
        stages.length === 1 ? 'to log in' : `in step ${index + 1} of ${stages.length} of a login`,
      ),
    );
  });
  /** What "use" adds to a request. */
  const added = ({ bare }: { readonly bare?: boolean }) => (bare ? [] : templatesInUse(use));
  const api = environments.flatMap(({ apiUrl }) => (apiUrl === undefined ? [] : originOf(apiUrl)));
  const lines = [
    ...new Set(inLogins),
    ...usedHere(declaration, secretsAmong, servers),
    ...(refresh
      ? sends(['the tokens', ...secretsIn(templatesInRequest(refresh.request))], 'to renew them')
      : []),
    ...(verify
      ? sends(
          ['the token', ...secretsIn([...templatesInRequest(verify.request), ...added(verify)])],
          'to check it',
          // A bare one goes to the server of the login.
          api.length > 0 && !verify.bare ? [...new Set(api)].join(', ') : servers,
        )
      : []),
    ...(logout
      ? sends(
          [
            'the tokens',
            ...secretsIn([
              ...logoutStages(declaration).flatMap(({ request }) => templatesInRequest(request)),
              ...added(logout),
            ]),
          ],
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
  const { name: provider } = declaration;
  const files = fields.filter(({ secret, once }) => secret && !once);
  const inDirectory = files.map(({ name }) => `${provider}_${name}`).join(', ');
  return {
    lines: [
      ...lines,
      `reads the variables ${marked.join(', ')}`,
      ...(env['CREDENTIALS_DIRECTORY'] && inDirectory !== ''
        ? [`reads in CREDENTIALS_DIRECTORY (set now): ${inDirectory}`]
        : []),
    ],
    setNow,
  };
}

/** What is done with secrets without sending them. */
function usedHere(
  { derive = {}, fields, login }: Declaration,
  secretsAmong: (names: ReadonlySet<string>) => readonly string[],
  servers: string,
): readonly string[] {
  const derivations = Object.values(derive);
  const keys = derivations.flatMap((each) => ('jwt' in each ? [each.jwt.key] : []));
  const seeds = derivations.flatMap((each) => ('totp' in each ? [each.totp.secret] : []));
  const named = (templates: readonly string[]) =>
    secretsAmong(
      namesSent(
        {},
        templates.map((template) => ({ pointer: '', template })),
      ),
    ).join(', ');
  const codes = fields.filter(({ once }) => once).map(({ name }) => name);
  const mints = login.some(({ mint }) => mint !== undefined);
  return [
    ...(keys.length === 0
      ? []
      : [
          `signs ${mints ? 'the token' : `requests to ${servers}`} with ${named(keys)}, which is not sent`,
        ]),
    ...(seeds.length === 0
      ? []
      : [
          `makes one-time codes with ${named(seeds)}: kept beside the password, the two factors are one`,
        ]),
    ...(codes.length === 0 ? [] : [`asks for a one-time code, ${codes.join(', ')}, at a login`]),
  ];
}

function originOf(url: string): string {
  return /^https?:\/\/[^/]+/.exec(url)?.[0] ?? url;
}
