/** Checks the config file: that it is read, that nobody else can change it, and what is in it. */
import { existsSync } from 'node:fs';
import { withAdvice } from '../config/advice.ts';
import { keyText } from '../config/key.ts';
import { listSettings } from '../config/list.ts';
import { checkWay, isUsersOwn, readTrustedConfig, withoutCommands } from '../config/trust.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Run } from '../run.ts';
import { type Finding, failedBy } from './finding.ts';

const check = 'config';

/** A line for the file, and one for each setting that is wrong. */
export function checkConfig(
  { context: { uid }, configPath }: Pick<Run, 'context' | 'configPath'>,
  providers: readonly Declaration[],
): readonly Finding[] {
  try {
    const path = configPath();
    if (!existsSync(path)) {
      checkWay(path, path, uid);
      return [{ check, state: 'ok', message: `there is none yet at ${path}` }];
    }
    const config = readTrustedConfig(path, uid);
    const problems = listSettings(config, providers).flatMap(({ key, problem }): Finding[] => {
      if (problem === undefined) return [];
      const text = keyText(key);
      const state = problem === 'is not a known setting' ? 'warning' : 'failed';
      const remove = hint`authctl config unset ${named(text)}`;
      return [{ check, state, message: `${text} ${problem}`, hint: remove }];
    });
    if (withoutCommands(config) !== config && !isUsersOwn(path, uid)) {
      const where = 'a variable chose it, and it is not in your home directory';
      const message = `the commands of ${path} are ignored: ${where}`;
      return [{ check, state: 'warning', message }, ...problems];
    }
    const whose = uid === undefined ? '' : ', which only you and root can change';
    return [{ check, state: 'ok', message: `${path}${whose}` }, ...problems];
  } catch (error) {
    const isKnown = error instanceof AuthctlError && error.code === 'config_broken';
    return [failedBy(check, isKnown ? withAdvice(error, configPath()) : error)];
  }
}
