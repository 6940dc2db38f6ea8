/** Checks signed JWTs, and what they and one-time codes are made with. */
import type { Declaration } from '../declaration.ts';
import { escaped } from '../pointer.ts';
import { privateKeyFields } from '../uses.ts';
import { secretNames } from '../values.ts';
import { safePlaceholders, templatesWithScopes } from './placeholders.ts';
import type { Report } from './problem.ts';

/** Checks signed JWTs, and what they and one-time codes are made with. */
export function checkSigned(declaration: Declaration, report: Report): void {
  const { derive = {} } = declaration;
  for (const [name, derivation] of Object.entries(derive)) {
    const pointer = `/derive/${escaped(name)}`;
    if ('totp' in derivation) {
      checkSource(declaration, derivation.totp.secret, report, {
        pointer: `${pointer}/totp/secret`,
        what: 'the seed',
      });
    }
    if (!('jwt' in derivation)) continue;
    const { alg, as, header = {}, claims, key } = derivation.jwt;
    const forms = alg === 'HS256' ? ['text', 'hex', 'base64', 'jwk'] : ['pem', 'jwk'];
    if (as !== undefined && !forms.includes(as)) {
      report(`${pointer}/jwt/as`, `for the key of ${alg}, expected one of ${forms.join(', ')}`);
    }
    if ('alg' in header) report(`${pointer}/jwt/header/alg`, '"alg" is worked out: leave it out');
    if ('exp' in claims) report(`${pointer}/jwt/claims/exp`, '"exp" is worked out: use "lives"');
    const at = { pointer: `${pointer}/jwt/key`, what: 'the key' };
    const isOptional = declaration.fields.some(
      (field) => field.optional && key === `{${field.name}}`,
    );
    if (isOptional) {
      report(at.pointer, `nothing can be signed without the key: ${key} cannot be "optional"`);
    }
    if (alg !== 'HS256') checkSource(declaration, key, report, at);
    else if (!safePlaceholders(key).some((each) => secretNames(declaration).has(each))) {
      report(at.pointer, 'the key has to name a secret, such as a {field}');
    }
  }
  checkPrivateKeys(declaration, report);
}

/** Checks that a template is a secret field, and nothing else. */
function checkSource(
  { fields }: Declaration,
  template: string,
  report: Report,
  { pointer, what }: { readonly pointer: string; readonly what: string },
): void {
  const field = fields.find(({ name }) => template === `{${name}}`);
  if (field && !field.secret) {
    report(pointer, `${what} has to be a secret: say "secret": true in its field`);
  } else if (field?.once) report(pointer, `${what} is used again, and cannot be "once"`);
  else if (!field) report(pointer, `${what} has to be a {field}, and nothing else`);
}

/** Checks that a private key is used for nothing but signatures. */
function checkPrivateKeys(declaration: Declaration, report: Report): void {
  const keys = privateKeyFields({
    ...declaration,
    fields: declaration.fields.filter(({ secret }) => secret),
  });
  for (const { pointer, template } of templatesWithScopes(declaration)) {
    if (/^\/derive\/[^/]+\/jwt\/key$/.test(pointer)) continue;
    for (const name of safePlaceholders(template)) {
      if (keys.has(name)) {
        report(pointer, `{${name}} is a private key, which can only be the "key" of a "jwt"`);
      }
    }
  }
}
