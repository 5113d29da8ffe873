/**
 * Evaluates a CloudWatch Logs filter pattern for JSON, as far as ours go: comparisons joined by `&&`
 * and `||`, wildcards in text, `EXISTS`-like `= *`. Anything else is refused.
 */

type Test = (event: unknown) => boolean;

const valueAt = (event: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[name]
          : undefined,
      event,
    );

const wildcard = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');

const numeric: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const comparison = (path: string, operator: string, operand: string): Test => {
  if (operand === '*') return (event) => valueAt(event, path) !== undefined;
  const quoted = /^"(.*)"$/s.exec(operand)?.[1];
  if (quoted !== undefined) {
    if (operator !== '=' && operator !== '!=') throw new Error(`text is not ordered: ${operand}`);
    const pattern = wildcard(quoted);
    return (event) => {
      const value = valueAt(event, path);
      return typeof value === 'string' && pattern.test(value) === (operator === '=');
    };
  }
  const number = Number(operand);
  const compare = numeric[operator];
  if (Number.isNaN(number) || !compare) throw new Error(`outside the subset: ${operand}`);
  return (event) => {
    const value = valueAt(event, path);
    return typeof value === 'number' && compare(value, number);
  };
};

const tokenSyntax =
  /\s*(?:(?<path>\$(?:\.[A-Za-z_]\w*|\[\d+\])+)|(?<operator>!=|<=|>=|=|<|>)|(?<text>"[^"]*")|(?<number>-?\d+(?:\.\d+)?)|(?<symbol>&&|\|\||[()*]))\s*/y;

const tokensOf = (source: string): readonly string[] => {
  const tokens: string[] = [];
  tokenSyntax.lastIndex = 0;
  while (tokenSyntax.lastIndex < source.length) {
    const start = tokenSyntax.lastIndex;
    const match = tokenSyntax.exec(source);
    if (!match) throw new Error(`outside the subset: ${source.slice(start)}`);
    tokens.push(match[0].trim());
  }
  return tokens;
};

/** @throws Error that names what is outside the subset */
export const compilePattern = (pattern: string): Test => {
  const [, body] = /^\{([\s\S]*)\}$/.exec(pattern.trim()) ?? [];
  if (body === undefined) throw new Error(`not a pattern for JSON: ${pattern}`);
  const tokens = [...tokensOf(body.trim())];
  const term = (): Test => {
    const token = tokens.shift();
    if (token === '(') {
      const inner = either();
      if (tokens.shift() !== ')') throw new Error(`unbalanced: ${pattern}`);
      return inner;
    }
    if (!token?.startsWith('$')) throw new Error(`expected a path, got ${token}`);
    return comparison(token.slice(1), tokens.shift() ?? '', tokens.shift() ?? '');
  };
  const all = (): Test => {
    let left = term();
    while (tokens[0] === '&&') {
      tokens.shift();
      const [before, right] = [left, term()];
      left = (event) => before(event) && right(event);
    }
    return left;
  };
  const either = (): Test => {
    let left = all();
    while (tokens[0] === '||') {
      tokens.shift();
      const [before, right] = [left, all()];
      left = (event) => before(event) || right(event);
    }
    return left;
  };
  const test = either();
  if (tokens.length > 0) throw new Error(`outside the subset: ${tokens.join(' ')}`);
  return test;
};

/** Whether the pattern takes this log line. Lines that are no JSON never match. */
export const matchesPattern = (pattern: string, line: string): boolean => {
  const test = compilePattern(pattern);
  try {
    return test(JSON.parse(line));
  } catch {
    return false;
  }
};

/** Every path that a pattern or a dimension names, as `a.b`. */
export const pathsIn = (pattern: string): readonly string[] =>
  [...pattern.matchAll(/\$((?:\.[A-Za-z_]\w*|\[\d+\])+)/g)].map(([, path]) =>
    (path as string).replaceAll(/\[(\d+)\]/g, '.$1').slice(1),
  );
