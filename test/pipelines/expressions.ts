/** Evaluates the expressions of GitHub Actions that our files use, `${{ … }}`, as the runner does. */

/** A context, by the names below it: `inputs`, `steps.<id>.outputs`. Names know no case. */
export interface Contexts {
  readonly [name: string]: string | Contexts | undefined;
}

type Value = string | boolean;

/** A text with its expressions filled in. A name that there is not is the empty text. */
export function filled(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(evaluate(expression, contexts)),
  );
}

/** What an `if:` comes to. It may stand without `${{ }}`. */
export function holds(condition: string, contexts: Contexts): boolean {
  const value = evaluate(condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/, '$1'), contexts);
  return value !== '' && value !== false;
}

/** `||`, `&&`, `==`, texts and names, in the order in which they bind. */
function evaluate(expression: string, contexts: Contexts): Value {
  const words = expression.match(/'(?:[^']|'')*'|\|\||&&|==|[A-Za-z_][\w.-]*|\S/g) ?? [];
  let at = 0;
  const chain = (operator: string, next: () => Value, join: (a: Value, b: Value) => Value) => {
    let value = next();
    while (words[at] === operator) {
      at++;
      value = join(value, next());
    }
    return value;
  };
  const operand = (): Value => {
    const word = words[at++] ?? '';
    if (word.startsWith("'")) return word.slice(1, -1).replaceAll("''", "'");
    if (/^[A-Za-z_]/.test(word)) return lookUp(word, contexts);
    throw new Error(`${word} in ${expression} is more than this evaluates`);
  };
  const sameText = (a: Value, b: Value) => String(a).toLowerCase() === String(b).toLowerCase();
  const equality = () => chain('==', operand, sameText);
  const both = () => chain('&&', equality, (a, b) => a && b);
  const value = chain('||', both, (a, b) => a || b);
  if (at < words.length) throw new Error(`${expression} is more than this evaluates`);
  return value;
}

function lookUp(path: string, contexts: Contexts): string {
  let found: string | Contexts | undefined = contexts;
  for (const name of path.split('.')) {
    if (typeof found !== 'object') return '';
    const here: Contexts = found;
    const key = Object.keys(here).find((each) => each.toLowerCase() === name.toLowerCase());
    found = key === undefined ? undefined : here[key];
  }
  return typeof found === 'string' ? found : '';
}
