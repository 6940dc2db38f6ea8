/** The environment of the Windows suite's tests: it skips those that `skipped.js` names, for the reason there. */
import { relative, sep } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';
import { skipped } from './skipped.js';

export default class WindowsEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.rows = skipped[relative(process.cwd(), context.testPath).replaceAll(sep, '/')] ?? [];
  }

  handleTestEvent({ name }, { rootDescribeBlock }) {
    if (name !== 'run_start') return;
    const tests = testsIn(rootDescribeBlock, []);
    for (const { tests: names, reason } of this.rows) {
      for (const pattern of names) {
        const found = tests.filter((test) => pattern.test(test.name));
        if (found.length === 0) throw new Error(`skipped.js: no test is named like ${pattern}`);
        for (const { entry } of found) {
          entry.mode = 'skip';
          entry.name += ` (${reason})`;
        }
      }
    }
  }
}

/** The tests in a block and those in it, with the names of all blocks around them. */
function testsIn({ children }, around) {
  return children.flatMap((entry) => {
    const names = [...around, entry.name];
    return entry.type === 'test' ? [{ entry, name: names.join(' ') }] : testsIn(entry, names);
  });
}
