/** The list of providers that a bare `authctl login` prints on stderr. */

import type { Declaration } from '../declaration/declaration.ts';
import type { Run } from '../run.ts';
import { printable } from '../terminal/printable.ts';
import { describeConfigured } from './credentials.ts';

/** One line a provider: name, title, and what is configured in the profile. */
export async function listProviders(run: Run, providers: readonly Declaration[]): Promise<void> {
  const wide = (text: (provider: Declaration) => string) =>
    Math.max(...providers.map((provider) => text(provider).length));
  const name = wide((provider) => provider.name);
  const title = wide((provider) => provider.title);
  const lines = providers.map((provider) => {
    const row = `${provider.name.padEnd(name)}  ${provider.title.padEnd(title)}  `;
    return `${printable(row + describeConfigured(run, provider))}\n`;
  });
  await run.context.stderr.write(lines.join(''));
}
