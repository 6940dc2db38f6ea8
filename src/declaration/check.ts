/**
 * The static check of a declaration: what its schema cannot say. It is made before anything is sent, so that
 * a mistake in a placeholder is never a failed login, or a secret in a place where it should not be.
 */
import { checkLifetimes, checkPlaces } from './check/answers.ts';
import { checkEnvironments } from './check/environments.ts';
import { checkFields, checkNames } from './check/names.ts';
import {
  checkPlaceholders,
  checkSyntax,
  type ScopedTemplate,
  templatesWithScopes,
} from './check/placeholders.ts';
import type { Problem, Report } from './check/problem.ts';
import { checkLogins, checkRequests } from './check/requests.ts';
import { checkSigned } from './check/signed.ts';
import { checkCodes, checkRefreshAnswer, checkSteps } from './check/steps.ts';
import { checkUnused, checkUse } from './check/use.ts';
import type { Declaration } from './declaration.ts';

/**
 * All problems of a declaration that its schema accepts.
 *
 * @param builtIn the names of the built-in providers
 */
export function checkDeclaration(
  declaration: Declaration,
  builtIn: readonly string[] = [],
): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (pointer: string, message: string) => {
    problems.push({ pointer, message });
  };
  checkNames(declaration, builtIn, report);
  checkFields(declaration, report);
  checkEnvironments(declaration, report);
  const templates = templatesWithScopes(declaration);
  // What follows needs templates that can be parsed.
  if (!checkTemplates(declaration, templates, report)) return problems;
  checkLogins(declaration, report);
  checkRequests(declaration, report);
  checkPlaces(declaration, report);
  checkLifetimes(declaration, report);
  checkSteps(declaration, report);
  checkCodes(declaration, report);
  checkSigned(declaration, report);
  checkRefreshAnswer(declaration, report);
  checkUse(declaration, report);
  checkUnused(declaration, templates, report);
  return problems;
}

/** The problems of a declaration's placeholders alone. Titles, methods and paths may be any text, or missing. */
export function checkTexts(declaration: Declaration): readonly Problem[] {
  const problems: Problem[] = [];
  checkTemplates(declaration, templatesWithScopes(declaration), (pointer, message) => {
    problems.push({ pointer, message });
  });
  return problems;
}

/** @returns whether all templates can be parsed */
function checkTemplates(
  declaration: Declaration,
  templates: readonly ScopedTemplate[],
  report: Report,
): boolean {
  const parsed = templates.filter((each) => checkSyntax(each, report));
  for (const each of parsed) checkPlaceholders(declaration, each, report);
  return parsed.length === templates.length;
}
