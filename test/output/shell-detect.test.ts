import { expect, test } from '@jest/globals';
import { detectShell } from '../../src/output/shell-detect.ts';

test.each([
  ['fish', 'fish'],
  ['-fish', 'fish'],
  ['/opt/homebrew/bin/fish', 'fish'],
  ['pwsh', 'powershell'],
  ['powershell.exe', 'powershell'],
  ['PowerShell.EXE', 'powershell'],
  ['/usr/local/bin/pwsh', 'powershell'],
  ['C:\\Windows\\System32\\cmd.exe', 'cmd'],
  ['CMD.EXE', 'cmd'],
  ['bash', 'sh'],
  ['-zsh', 'sh'],
  ['dash', 'sh'],
  ['make', 'sh'],
  ['fishing', 'sh'],
  ['', 'sh'],
  [undefined, 'sh'],
])('the parent process %j gets the syntax of %s', (parentProcess, shell) => {
  expect(detectShell(parentProcess)).toBe(shell);
});
