/** Checks the session store: a session is stored, found, locked and removed. */
import { AuthctlError, hint, quoted } from '../errors.ts';
import type { Run } from '../run.ts';
import type { SessionKey } from '../session/key.ts';
import { type Finding, failedBy } from './finding.ts';

const check = 'store';

/** One round trip, under a name that no provider has. */
export async function checkStore({
  context: { uuid, clock, directories },
  store: open,
}: Pick<Run, 'context' | 'store'>): Promise<Finding> {
  const provider = `doctor-${uuid()}`;
  const key: SessionKey = {
    provider,
    profile: 'default',
    baseUrl: 'https://doctor.invalid',
    account: { fields: {} },
  };
  const accessToken = uuid();
  try {
    const store = await open();
    // Says why, where the store cannot be used at all.
    await store.list();
    try {
      const tokenSet = { accessToken, receivedAt: clock.now(), lifetime: 60_000 };
      await store.save({ key, tokenSet }, { aside: true });
      const lock = await (await store.lock(key))?.take();
      lock?.release();
      const found = await store.read(key);
      const { state } = directories();
      if (found?.tokenSet.accessToken !== accessToken) {
        return { check, state: 'failed', message: `${state} lost what was stored in it` };
      }
      if (!lock) return { check, state: 'warning', message: `${state} takes no locks` };
      return { check, state: 'ok', message: `${state} keeps a session, and gives it back` };
    } finally {
      await store.clear({ provider });
    }
  } catch (error) {
    return { ...lookAt(directories), ...failedBy(check, error) };
  }
}

/** The hint that shows whose the directory is, if there is a place for one. */
function lookAt(directories: Run['context']['directories']): Pick<Finding, 'hint'> {
  try {
    return { hint: hint`ls -ld ${quoted(directories().state)}` };
  } catch (error) {
    return error instanceof AuthctlError && error.details.hint ? { hint: error.details.hint } : {};
  }
}
