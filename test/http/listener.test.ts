/** Whose the listener of a port is. */
import { createServer } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { listenerAt } from '../../src/http/listener.ts';

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

async function listen(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  closers.push(() => server.close());
  const place = server.address();
  return typeof place === 'object' && place ? place.port : 0;
}

const onLinux = process.platform === 'linux' ? test : test.skip;
const uid = process.getuid?.() ?? 0;
const look = (host: string, port: number, user: number | undefined = uid) =>
  listenerAt(new URL(`http://${host}:${port}`), user, systemClock);

onLinux.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.1.2.3', '127.1.2.3'],
  ['0.0.0.0', '127.0.0.1'],
  ['0.0.0.0', 'localhost'],
  ['127.0.0.1', 'a.localhost'],
  ['::', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', 'localhost'],
  ['::1', '[::1]'],
])('a listener on %s is found at %s', async (address, host) => {
  const port = await listen(address);
  expect(await look(host, port)).toBe('ours');
  // Root's is everybody's.
  if (uid !== 0) expect(await look(host, port, uid + 1)).toBe('others');
});

onLinux('a listener elsewhere is none', async () => {
  const port = await listen('127.0.0.2');
  expect(await look('127.0.0.1', port)).toBe('none');
  expect(await look('[::1]', port)).toBe('none');
});

test('where users have no numbers, nothing is known', async () => {
  const url = new URL('http://127.0.0.1:1');
  expect(await listenerAt(url, undefined, systemClock)).toBe('unknown');
});
