/** Evaluates a subset of the expressions of GitHub Actions, `${{ … }}`, like the runner. */

/** Contexts such as `inputs` and `steps.<id>.outputs`. Names are case-insensitive. */
export interface Contexts {
  readonly [name: string]: string | Contexts | undefined;
}

type Value = string | boolean;

/** Evaluates the expressions in a text. An unknown name is an empty string. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(evaluate(expression, contexts)),
  );
}

/** Evaluates an `if:`, with or without `${{ }}`. */
export function holds(condition: string, contexts: Contexts): boolean {
  const value = evaluate(condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/, '$1'), contexts);
  return value !== '' && value !== false;
}

/** Supports `||`, `&&` and `==`, in ascending precedence, strings and names. */
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
    throw new Error(`${word} in ${expression} is not supported`);
  };
  const sameText = (a: Value, b: Value) => String(a).toLowerCase() === String(b).toLowerCase();
  const equality = () => chain('==', operand, sameText);
  const both = () => chain('&&', equality, (a, b) => a && b);
  const value = chain('||', both, (a, b) => a || b);
  if (at < words.length) throw new Error(`${expression} is not supported`);
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
