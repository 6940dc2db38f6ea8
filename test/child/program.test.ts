/** How Windows is asked to start a command. That programs get their arguments is tested there. */
import { describe, expect, test } from '@jest/globals';
import { windowsProgram } from '../../src/child/program.ts';

const files = [
  'C:\\tools\\node.exe',
  'C:\\tools\\npm',
  'C:\\tools\\npm.cmd',
  'C:\\tools\\npm.ps1',
  'C:\\tools\\both.bat',
  'C:\\tools\\both.exe',
  'C:\\tools\\script.vbs',
  'C:\\more tools\\v1.2.exe',
  'C:\\more tools\\100%.bat',
  'here.exe',
  '.\\here.exe',
];
const env = {
  path: 'C:\\none;;C:\\tools;"C:\\more tools"',
  COMSPEC: 'C:\\Windows\\cmd.exe',
  PATHEXT: '.COM;.EXE;.BAT;.CMD;.VBS',
};
const isFile = (path: string) => files.some((each) => each.toLowerCase() === path.toLowerCase());
const find = (name: string, args: readonly string[] = [], more = {}) =>
  windowsProgram(name, args, { ...env, ...more }, isFile);

/** What cmd is given to run. */
const batch = (line: string) => ({
  file: 'C:\\Windows\\cmd.exe',
  args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${line}"`],
  windowsVerbatimArguments: true,
});

describe('a command is found', () => {
  test.each([
    ['node', 'C:\\tools\\node.exe'],
    ['NODE.EXE', 'C:\\tools\\NODE.EXE'],
    ['C:\\tools\\node', 'C:\\tools\\node.exe'],
    ['v1.2', 'C:\\more tools\\v1.2.exe'],
    ['both', 'C:\\tools\\both.exe'],
    ['.\\here', '.\\here.exe'],
  ])('%s: %s', (name, file) => {
    expect(find(name, ['a b', '%PATH%'])).toEqual({ file, args: ['a b', '%PATH%'] });
  });

  test('in the order of PATHEXT, and without PATHEXT in the usual one', () => {
    expect(find('both', [], { PATHEXT: '.BAT;.EXE' })).toEqual(batch('"C:\\tools\\both.bat"'));
    expect(find('both', [], { PATHEXT: undefined })).toMatchObject({ file: 'C:\\tools\\both.exe' });
  });

  test.each([
    ['here', 'not found'],
    ['', 'not found'],
    ['absent', 'not found'],
    ['C:\\tools\\absent', 'not found'],
    ['script.vbs', 'not executable'],
    ['npm.ps1', 'not executable'],
  ])('or not: %j is %s', (name, problem) => expect(find(name)).toEqual({ problem }));
});

describe('a batch file', () => {
  test.each([
    ['install', 'install'],
    ['--tag=a', '"--tag=a"'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a&calc', '"a&calc"'],
    ['"&calc&"', '"""&calc&"""'],
    ['a\\"b', '"a\\\\""b"'],
    ['C:\\dir\\', '"C:\\dir\\\\"'],
    ['^!<>|()', '"^!<>|()"'],
    ['%PATH%', '"%%cd:~,%PATH%%cd:~,%"'],
    ['é', '"é"'],
  ])('gets %j as %s', (arg, written) => {
    expect(find('npm', [arg])).toEqual(batch(`"C:\\tools\\npm.cmd" ${written}`));
  });

  test('has its own name in quotes', () => {
    expect(find('100%')).toEqual(batch('"C:\\more tools\\100%%cd:~,%.bat"'));
  });

  test.each(['a\nb', 'a\r'])('gets no line break: %j', (arg) => {
    const problem = 'a batch file cannot be given an argument with a line break';
    expect(find('npm', ['a', arg])).toEqual({ problem });
  });
});
