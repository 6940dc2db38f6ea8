/** How it begins: a login from a command, from a document, or from six questions. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isProviderName } from '../declaration/names.ts';
import { reservedProviderNames } from '../declaration/reserved.ts';
import { AuthctlError } from '../errors.ts';
import type { FoundLogin } from '../import/found.ts';
import { freeName, nameOf } from '../import/names.ts';
import { pickCandidate } from '../import/pick.ts';
import { askToken, askUrl, type Settled, urlProblem } from '../import/questions.ts';
import type { Candidate } from '../import/reader.ts';
import { readSource, type Source, type SourceWorld } from '../import/sources.ts';
import { fieldsOf, isWholeCommand, loginOf, operationOf, serverOf } from '../import/spoken.ts';
import { filesOf } from '../providers/declared.ts';
import type { WizardContext } from './context.ts';

/** A login, and the name of the provider. */
export async function begin(context: WizardContext): Promise<Omit<Settled, 'draft'>> {
  const { talk } = context;
  for (;;) {
    const picked = await talk.pick(
      'What do you have?',
      [
        { value: 'curl', label: 'A curl command that logs in' },
        { value: 'file', label: 'A document: OpenAPI, HAR or a Postman collection' },
        { value: 'none', label: 'Neither: I answer six questions' },
      ],
      { begins: 'curl ', value: 'curl' },
    );
    try {
      if (picked === 'none') return await spokenLogin(context);
      const found = picked === 'curl' ? await pastedLogin(context) : await documentedLogin(context);
      const name = await askName(context, nameOf(found.title));
      const isHost = found.servers.some(({ url }) => url.includes(`//${found.title}`));
      const [server] = found.servers.map(({ url }) => url);
      // Of a command, the server is the one that it names.
      const isClear = picked === 'curl' && server !== undefined && urlProblem(server) === undefined;
      return {
        found: isHost ? { ...found, title: name } : found,
        answers: { name, ...(isClear && { server: serverOf(server) }) },
      };
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'usage') throw error;
      talk.say(error.message);
    }
  }
}

async function pastedLogin(context: WizardContext): Promise<FoundLogin> {
  const { talk } = context;
  const command = await talk.paste(
    'Paste the curl command, and press Enter. It is not shown.',
    isWholeCommand,
  );
  const [candidate] = await candidatesIn(context, { kind: 'curl', command });
  if (!candidate) throw new AuthctlError('usage', 'this is no curl command');
  const found = candidate.read();
  const { method, path, servers } = found;
  talk.say(`Read: ${method} ${servers[0]?.url ?? ''}${path}`);
  return found;
}

async function documentedLogin(context: WizardContext): Promise<FoundLogin> {
  const { HOME: home = '' } = context.run.context.env;
  const path = await context.talk.text({
    message: 'The file',
    check: (text) => (existsSync(pathIn(text, home)) ? undefined : 'there is no such file'),
  });
  const candidates = await candidatesIn(context, { path: pathIn(path, home) });
  const [best, second] = candidates;
  if (!best) throw new AuthctlError('usage', 'no login was found in it');
  return (second ? await pickCandidate(context.talk, candidates) : best).read();
}

/** A path that was typed as for a shell, or dropped on the terminal. */
function pathIn(text: string, home: string): string {
  return text
    .trim()
    .replace(/^~(?=\/)/, home)
    .replace(/^(['"])(.*)\1$/, '$2');
}

function candidatesIn({ run }: WizardContext, source: Source): Promise<readonly Candidate[]> {
  const { clock, stdin } = run.context;
  const keepSecret = (value: string) => run.secrets.add(value);
  const world: SourceWorld = { clock, stdin, keepSecret };
  return readSource(world, source);
}

/** Asks for the name of the provider, which is that of a file. */
function askName(context: WizardContext, suggested: string): Promise<string> {
  return context.talk.text({
    message: 'A name for the provider',
    fallback: freeName(suggested, context.providers),
    check: (text) => nameProblem(context, text),
  });
}

function nameProblem({ run, providers }: WizardContext, text: string): string | undefined {
  if (!isProviderName(text)) return 'lower-case letters, digits and -, with a letter first';
  if (reservedProviderNames.has(text)) return 'this name has a meaning of its own';
  const isTaken =
    providers.some((each) => each.name === text) ||
    filesOf(dirname(run.configPath()), text).length > 0;
  return isTaken ? 'there is a provider of this name already' : undefined;
}

/** The six questions; the last one is that of every draft. */
async function spokenLogin(context: WizardContext): Promise<Omit<Settled, 'draft'>> {
  const { talk } = context;
  const name = await askName(context, 'my-api');
  const server = await askUrl(talk);
  const operation = await talk.text({
    message: 'The request that logs in',
    fallback: 'POST /login',
    check: (text) =>
      operationOf(text) ? undefined : 'a method and a path, such as POST /auth/login',
  });
  const sent = await talk.pick('How does it send what it needs?', [
    { value: 'json', label: 'as JSON' },
    { value: 'form', label: 'as a form' },
    { value: 'basic', label: 'as HTTP Basic: a user name and a password in a header' },
  ]);
  const kind = sent === 'form' || sent === 'basic' ? sent : 'json';
  const spoken = { title: name, server: serverOf(server), operation, sent: kind } as const;
  const fields = await talk.text({
    message: "What it sends, in the API's words (name=value if fixed)",
    fallback: 'username, password',
    check: (text) => {
      if (!fieldsOf(text)) return 'names, with commas between';
      return loginOf({ ...spoken, fields: text })
        ? undefined
        : 'HTTP Basic has two: a user name and a password';
    },
  });
  const found = loginOf({ ...spoken, fields });
  if (!found) throw new AuthctlError('usage', 'this is no login');
  const answers = { name, server: spoken.server };
  return askToken(talk, { found, answers }, { canTry: true });
}
