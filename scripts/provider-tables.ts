/** What the documents say of each provider, written from its declaration. */
import type { Declaration } from '../src/declaration/declaration.ts';
import { flagName, variableName } from '../src/declaration/names.ts';
import { table } from './table.ts';

/** The generated sections of each document, by path and by the name in the markers. */
export function generatedSections(
  providers: readonly Declaration[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map([
    ['README.md', new Map([['providers', overview(providers)]])],
    ['docs/providers.md', new Map(providers.map((provider) => [provider.name, facts(provider)]))],
  ]);
}

/**
 * The document on the providers with a heading and markers for each that it lacks; another document as
 * it is. What is peculiar to the provider is for a person to write below.
 */
export function withMarkers(text: string, path: string, providers: readonly Declaration[]): string {
  if (path !== 'docs/providers.md') return text;
  const missing = providers.filter(({ name }) => !text.includes(`<!-- generated: ${name} -->`));
  const added = missing.map(
    ({ name, title }) => `\n## ${title}\n\n<!-- generated: ${name} -->\n<!-- end -->\n`,
  );
  return `${text}${added.join('')}`;
}

/**
 * Puts the sections between their markers, `<!-- generated: name -->` and `<!-- end -->`.
 *
 * @throws Error where a section has no markers, or markers have no section
 */
export function withSections(text: string, sections: ReadonlyMap<string, string>): string {
  const open = new Set(sections.keys());
  const filled = text.replace(
    /(<!-- generated: (\S+) -->\n).*?(<!-- end -->)/gs,
    (_, before: string, name: string, after: string) => {
      const section = sections.get(name);
      if (section === undefined) throw new Error(`nothing generates the section ${name}`);
      open.delete(name);
      return `${before}\n${section}\n${after}`;
    },
  );
  if (open.size > 0) throw new Error(`there are no markers for ${[...open].join(', ')}`);
  return filled;
}

/** One row a provider. */
function overview(providers: readonly Declaration[]): string {
  const rows = providers.map((provider) => {
    const { name, title, docs, environments, refresh, verify } = provider;
    return [
      `\`${name}\``,
      docs === undefined ? title : `[${title}](${docs})`,
      credentials(provider),
      environments?.map((each) => `\`${each.name}\``).join(', ') ?? 'your own server',
      lifetime(provider),
      refresh ? 'yes' : 'no',
      verify ? 'yes' : 'no',
    ];
  });
  return table(
    ['Name', 'API', 'Credentials', 'Environments', 'Token lives', 'Refresh', 'Verify'],
    rows,
  );
}

/** The variables of each way to log in; secrets in bold. */
function credentials({ name, login, fields }: Declaration): string {
  return login
    .map((way) =>
      fields
        .filter((field) => way.fields.includes(field.name))
        .map((field) => bold(`\`${variableName(name, field.name)}\``, field.secret))
        .join(' and '),
    )
    .join(', or ');
}

/** All that the declaration tells of one provider. */
function facts(provider: Declaration): string {
  const { name, docs, environments, fields, refresh, verify, use } = provider;
  const server = environments
    ? table(
        ['Environment', 'Base URL'],
        environments.map((each, index) => [
          `\`${each.name}\`${index === 0 ? ' (default)' : ''}`,
          `\`${each.baseUrl}\``,
        ]),
      )
    : `There is no default server: give yours with \`--base-url\`, \`${variableName(name, 'base_url')}\` or \`authctl config set ${name}.base_url\`.\n`;
  const given = table(
    ['Credential', 'Flag', 'Variable', 'Secret'],
    fields.map((field) => [
      field.label,
      `\`${flagName(field.name)}\``,
      `\`${variableName(name, field.name)}\``,
      field.secret ? 'yes' : 'no',
    ]),
  );
  const points = [
    `Token: lives ${lifetime(provider)} by the documents, and goes into the header \`${use.header}: ${(use.value ?? '').replace('{token}', '<token>')}\`.`,
    `Refresh: ${refresh ? `yes, \`authctl refresh ${name}\`` : 'no, a new token takes a login'}.`,
    `Verify: ${verify ? `yes, \`authctl verify ${name}\`` : 'the API has no request for it'}.`,
    ...(docs === undefined ? [] : [`Vendor's documentation: <${docs}>.`]),
  ];
  return `${server}\n${given}\n${points.map((point) => `- ${point}\n`).join('')}`;
}

/** The documented lifetime in words. */
function lifetime({ answer }: Declaration): string {
  const seconds = answer.lifetime?.documented;
  if (seconds === undefined) return 'unknown';
  const hours = seconds / 3600;
  if (hours === 1) return '1 hour';
  return Number.isInteger(hours) ? `${hours} hours` : `${seconds / 60} minutes`;
}

function bold(text: string, yes: boolean): string {
  return yes ? `**${text}**` : text;
}
