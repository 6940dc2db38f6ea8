/** How calls carry the token: what is not known of it, and what the user says. */
import { settle } from '../import/questions.ts';
import { isToken } from '../import/texts.ts';
import type { WizardContext } from './context.ts';
import { type Current, currentOf } from './current.ts';

/** Repeats that nothing shows how calls carry the token, before the draft is kept. */
export function tellOpenUse({ talk }: WizardContext, { draft }: Current): void {
  if (!draft.doubts.some(({ pointer }) => pointer === '/use')) return;
  talk.say('Nothing shows how calls carry the token: Authorization is a guess, until you say it.');
}

/** Asks how calls carry the token. */
export async function withUse({ talk, providers }: WizardContext, now: Current): Promise<Current> {
  const carrier = await talk.pick('How do calls carry the token?', [
    { value: 'header', label: 'in a header' },
    { value: 'cookie', label: 'in a cookie' },
  ]);
  const nameProblem = (text: string) => (isToken(text) ? undefined : 'a name without spaces');
  const use =
    carrier === 'cookie'
      ? { cookie: await talk.text({ message: 'The name of the cookie', check: nameProblem }) }
      : {
          header: await talk.text({
            message: 'The name of the header',
            fallback: 'Authorization',
            check: nameProblem,
          }),
          value: await talk.text({
            message: 'Its value',
            fallback: 'Bearer {token}',
            check: (text) => (text.includes('{token}') ? undefined : 'it needs {token}'),
          }),
        };
  const answers = { ...now.answers, use };
  return currentOf(await settle(talk, { ...now, answers }, { canTry: true }), providers);
}
