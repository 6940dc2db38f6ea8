/** Reads PowerShell by its grammar, where there is no PowerShell to run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A part of a script, as much of tree-sitter's node as is used. */
export interface SyntaxNode {
  /** The name of the rule. */
  readonly type: string;
  readonly text: string;
  /** Whether something in it does not follow the grammar. */
  readonly hasError: boolean;
  readonly namedChildren: readonly SyntaxNode[];
}

/** What is assigned to a variable of the environment; null unsets it. */
export type Assignment = readonly [name: string, value: string | null];

interface Parser {
  setLanguage(language: unknown): void;
  parse(text: string): { readonly rootNode: SyntaxNode };
}
interface TreeSitter {
  readonly Parser: { readonly init: () => Promise<void>; new (): Parser };
  readonly Language: { readonly load: (bytes: Uint8Array) => Promise<unknown> };
}

/** The packages, as parts that a test needs. */
export const grammarParts = [
  'test/windows/node_modules/web-tree-sitter',
  'test/windows/node_modules/tree-sitter-powershell',
] as const;

/** Loads the grammar. @returns reads a script */
export async function loadPowerShell(): Promise<(script: string) => SyntaxNode> {
  const [library, grammar] = grammarParts.map((part) => join(process.cwd(), part));
  const code = pathToFileURL(`${library}/web-tree-sitter.js`).href;
  // Its types are there only where it is installed.
  const { Parser, Language }: TreeSitter = await import(code);
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(`${grammar}/tree-sitter-powershell.wasm`)));
  return (script) => parser.parse(script).rootNode;
}

/**
 * The assignments of a script that has nothing else.
 *
 * @throws an error that names what else it has
 */
export function assignmentsIn(root: SyntaxNode): readonly Assignment[] {
  if (root.hasError) throw new Error(`this is not PowerShell: ${root.text}`);
  return root.namedChildren
    .flatMap((each) => each.namedChildren)
    .filter(({ type }) => type !== 'empty_statement')
    .map(assignment);
}

function assignment(statement: SyntaxNode): Assignment {
  const unwrapped = only(statement);
  const [left, operator, right] = unwrapped.namedChildren;
  const variable = left && innermost(left);
  const value = right && innermost(right);
  const name = /^\$env:(\w+)$/.exec(variable?.type === 'variable' ? variable.text : '')?.[1];
  if (unwrapped.type === 'assignment_expression' && operator?.text === '=' && name && value) {
    if (value.type === 'variable' && value.text === '$null') return [name, null];
    if (value.type === 'verbatim_string_characters') {
      return [name, value.text.slice(1, -1).replaceAll("''", "'")];
    }
  }
  throw new Error(`this is no assignment of a literal: ${statement.text}`);
}

function only(node: SyntaxNode): SyntaxNode {
  const [child, ...others] = node.namedChildren;
  return child && others.length === 0 ? child : node;
}

/** What a node consists of, if every part on the way down is the only one. */
function innermost(node: SyntaxNode): SyntaxNode {
  const child = only(node);
  return child === node ? node : innermost(child);
}

/** All parts of a script with a type. */
export function partsOf(node: SyntaxNode, type: string): readonly SyntaxNode[] {
  const below = node.namedChildren.flatMap((child) => partsOf(child, type));
  return node.type === type ? [node, ...below] : below;
}
