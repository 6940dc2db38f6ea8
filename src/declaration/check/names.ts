/** Checks the names of a declaration: of the provider, its fields, kept and derived values. */
import type { Declaration } from '../declaration.ts';
import { endsLikeSecret, flagName, keepVariable, secretWords, variableName } from '../names.ts';
import { escaped } from '../pointer.ts';
import { reservedFieldNames, reservedProviderNames } from '../reserved.ts';
import { generatedNames } from '../values.ts';
import type { Report } from './problem.ts';
import { stepsIn } from './steps.ts';

/** Checks the name of the provider. @param builtIn the names of the built-in providers */
export function checkNames(
  { name }: Declaration,
  builtIn: readonly string[],
  report: Report,
): void {
  if (reservedProviderNames.has(name) || /^(com|lpt)\d$/.test(name)) {
    report('/name', `${name} is a reserved name`);
  }
  if (builtIn.includes(name)) report('/name', `${name} is the name of a built-in provider`);
}

/** Checks that no two values share a name, a flag or a variable. */
export function checkFields(declaration: Declaration, report: Report) {
  const { name: provider, fields, answer, derive = {} } = declaration;
  const owners = new Map<string, string>();
  const claim = (what: string, owner: string, pointer: string): boolean => {
    const other = owners.get(what);
    const isTwice = other !== undefined && other !== owner;
    if (isTwice) report(pointer, `${owner} and ${other} both have the name ${what}`);
    owners.set(what, owner);
    return !isTwice;
  };
  const claimKept = (name: string, owner: string, pointer: string) => {
    if (isTaken(name)) report(pointer, `${name} is a reserved name`);
    if (claim(name, owner, pointer)) claim(keepVariable(provider, name), owner, pointer);
  };
  for (const [index, field] of fields.entries()) {
    const { name, secret, default: value, carried, once } = field;
    const pointer = `/fields/${index}`;
    if (reservedFieldNames.has(name)) report(`${pointer}/name`, `${name} is a reserved name`);
    if (fields.findIndex((each) => each.name === name) < index) {
      report(`${pointer}/name`, `there are two fields ${name}`);
    }
    const flags = [name, ...(secret ? [`${name}_stdin`, `${name}_file`] : [])];
    for (const each of flags) {
      claim(flagName(each), `the field ${name}`, `${pointer}/name`);
      claim(variableName(provider, each), `the field ${name}`, `${pointer}/name`);
    }
    if (secret && value !== undefined) report(`${pointer}/default`, 'a secret has no default');
    if (!secret && carried) report(`${pointer}/carried`, 'only a secret has to be "carried"');
    if (carried && !once && !endsLikeSecret(variableName(provider, name))) {
      const words = secretWords.map((word) => word.toLowerCase()).join(', ');
      report(`${pointer}/name`, `the last word of a carried secret has to be one of ${words}`);
    }
    if (field.optional && value !== undefined) {
      report(`${pointer}/optional`, 'a field with a default is never missing');
    }
  }
  for (const name of Object.keys(answer.keep ?? {})) {
    claimKept(name, `the kept value ${name}`, `/answer/keep/${escaped(name)}`);
  }
  for (const [at, { keep = {} }] of stepsIn(declaration)) {
    for (const name of Object.keys(keep)) {
      claimKept(name, `the step's value ${name}`, `${at}/keep/${escaped(name)}`);
    }
  }
  for (const { name } of fields) claim(name, `the field ${name}`, '/fields');
  for (const name of Object.keys(derive)) {
    const pointer = `/derive/${escaped(name)}`;
    if (isTaken(name)) report(pointer, `${name} is a reserved name`);
    claim(name, `the derived value ${name}`, pointer);
  }
}

function isTaken(name: string): boolean {
  return generatedNames.includes(name) || reservedFieldNames.has(name);
}
