/** What `action.yml` says of each provider, written from the declarations. */
import type { Declaration } from '../src/declaration/declaration.ts';
import { variableName } from '../src/declaration/names.ts';

/** The inputs that the action has of its own. */
const own = ['provider', 'version', 'profile', 'environment', 'base-url', 'export'];

/**
 * The file with its generated sections filled in: what stands between `# generated: name` and
 * `# end`, at the depth of these markers.
 *
 * @param version of the package, which the action installs unless told otherwise
 * @throws Error where a section has no markers, or markers have no section
 */
export function withActionSections(
  text: string,
  providers: readonly Declaration[],
  version: string,
): string {
  const sections = new Map([
    ['version', [`default: ${JSON.stringify(version)}`]],
    ['inputs', inputs(providers)],
    ['expiry', [`value: \${{ ${expiry(providers)} }}`]],
    ['credentials', credentials(providers)],
  ]);
  const open = new Set(sections.keys());
  const filled = text.replace(
    /^( *)(# generated: (\S+)\n).*?^ *# end$/gms,
    (_, indent: string, marker: string, name: string) => {
      const lines = sections.get(name);
      if (!lines) throw new Error(`nothing generates the section ${name}`);
      open.delete(name);
      return [
        `${indent}${marker}`,
        ...lines.map((line) => `${indent}${line}\n`),
        `${indent}# end`,
      ].join('');
    },
  );
  if (open.size > 0) throw new Error(`there are no markers for ${[...open].join(', ')}`);
  return filled;
}

/** The name of the input that gives a field: `api_key` → `api-key`. */
export function inputName(field: string): string {
  return field.replaceAll('_', '-');
}

/** One input a field. Fields of one name share it, as one step has one provider. */
function inputs(providers: readonly Declaration[]): readonly string[] {
  const found = new Map<string, Map<string, string[]>>();
  for (const { name, fields } of providers) {
    for (const field of fields) {
      const input = inputName(field.name);
      if (own.includes(input)) throw new Error(`the input ${input} is the action's own`);
      const label = field.secret ? `${field.label}, a secret` : field.label;
      const labels = found.get(input) ?? new Map<string, string[]>();
      labels.set(label, [...(labels.get(label) ?? []), name]);
      found.set(input, labels);
    }
  }
  return [...found].flatMap(([input, labels]) => {
    const about = [...labels].map(([label, names]) => `${label} (${names.join(', ')})`).join('; ');
    return [`${input}:`, `  description: ${JSON.stringify(about)}`];
  });
}

/** The chosen provider's; the step has set no other. */
function expiry(providers: readonly Declaration[]): string {
  return providers
    .map(({ name }) => `steps.token.outputs.${variableName(name, 'token_expires_at')}`)
    .join(' || ');
}

/** The variables of the chosen provider, from the inputs, else from the job. */
function credentials(providers: readonly Declaration[]): readonly string[] {
  return providers.flatMap(({ name, fields }) =>
    fields.map((field) => {
      const variable = variableName(name, field.name);
      const input = `inputs.provider == '${name}' && inputs.${inputName(field.name)}`;
      return `${variable}: \${{ ${input} || env.${variable} }}`;
    }),
  );
}
