/** A process that writes the config: `<path> <field> once|loop|die`. */
import { systemClock } from '../../src/cli/context.ts';
import { putSetting } from '../../src/config/edit.ts';
import { updateConfig } from '../../src/config/write.ts';

const [path = '', name = '', mode = ''] = process.argv.slice(2);
for (let count = 1; ; count += 1) {
  await updateConfig(path, { clock: systemClock, uid: process.getuid?.() }, (draft) => {
    putSetting(draft, { provider: 'ropo', name }, String(count));
    // While it holds the lock.
    if (mode === 'die') process.kill(process.pid, 'SIGKILL');
  });
  if (mode === 'once') break;
  process.stdout.write('written\n');
}
