/** Answers refreshes and checks of tokens. */
import { refreshed as forRefresh } from '../declaration/answer.ts';
import type { Refresh, Sample, Verify } from '../declaration/declaration.ts';
import { formsOf } from '../declaration/use.ts';
import { namesUsed, templatesInRequest } from '../declaration/uses.ts';
import type { Incoming } from './compare.ts';
import { type Reply, render, type Served, sessionOf } from './served.ts';
import type { Session } from './tokens.ts';

/** Answers a refresh. @param sample of a success */
export function answerRefresh(
  served: Served,
  refresh: Refresh,
  sample: Sample,
  incoming: Incoming,
): Reply {
  const { declaration, samples, tokens } = served;
  const template = refresh.request;
  const names = namesUsed(declaration, templatesInRequest(template));
  const needsRefreshToken = names.has('refresh_token');
  const earlier = sessionOf(served, [{ template }], incoming, ({ access, refresh }) =>
    tokens.isValid(needsRefreshToken ? refresh : access),
  );
  if (!earlier) {
    const refusal = samples.refreshRefused ?? samples.refused;
    return { ...render(served, refusal, { template, incoming }), isRefusal: true };
  }
  if (refresh.exclusive) endAccess(served, earlier);
  const session: Session = { kept: earlier.kept };
  const { answer } = forRefresh(declaration);
  const reply = render(served, sample, { template, incoming, session, answer });
  if (session.refresh === undefined && earlier.refresh !== undefined) {
    session.refresh = earlier.refresh;
  }
  return reply;
}

/** Ends the access tokens of one session, which all have its refresh token. */
function endAccess({ tokens }: Served, { access, refresh }: Session): void {
  tokens.end(access);
  for (const each of tokens.sessions()) {
    if (refresh !== undefined && each.refresh === refresh) tokens.end(each.access);
  }
}

/** Answers a check of a token. @param sample of a success */
export function answerVerify(
  served: Served,
  { request: template, bare }: Verify,
  sample: Sample,
  incoming: Incoming,
): Reply {
  const { declaration, samples, tokens } = served;
  const expected = formsOf(declaration.use).map((form) => ({
    template,
    ...(!bare && { use: { form } }),
  }));
  const session = sessionOf(served, expected, incoming, ({ access }) => tokens.isValid(access));
  if (session) return render(served, sample, { template, incoming, session });
  const refusal = samples.notAccepted ?? samples.refused;
  return { ...render(served, refusal, { template, incoming }), isRefusal: true };
}
