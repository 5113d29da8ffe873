/**
 * Expressions of Logs Insights, as far as our queries go: tokens, a parser, and evaluation on one
 * row. What is not in the subset is refused with its text, so that no query is half evaluated.
 */

export type Value = string | number | boolean | null;
/** The fields of one log event or one result row; a missing field is null. */
export type Row = Readonly<Record<string, Value>>;
export type Expression = (row: Row) => Value;

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'pattern' | 'symbol';
  readonly text: string;
}

const tokenSyntax =
  /\s+|(?<number>\d+(?:\.\d+)?(?![\w.]))|(?<name>[@A-Za-z_][\w.@]*|\d+[smhd]\b)|`(?<quoted>[^`]+)`|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<symbol><=|>=|!=|=~|[()[\],*=<>+\-/%])/y;
const patternSyntax = /\/((?:[^/\\]|\\.)+)\/(i?)/y;

/** A slash is a division after a value and the begin of a pattern everywhere else. */
const startsPattern = (previous: Token | undefined): boolean =>
  previous?.kind === 'name'
    ? ['like', 'parse'].includes(previous.text)
    : previous?.text === '=~' || previous?.text === '(' || previous?.text === ',';

export const tokensOf = (source: string): readonly Token[] => {
  const tokens: Token[] = [];
  let position = 0;
  while (position < source.length) {
    if (source[position] === '/' && startsPattern(tokens.at(-1))) {
      patternSyntax.lastIndex = position;
      const pattern = patternSyntax.exec(source);
      if (!pattern) throw new Error(`no pattern at: ${source.slice(position)}`);
      tokens.push({ kind: 'pattern', text: pattern[0] });
      position = patternSyntax.lastIndex;
      continue;
    }
    tokenSyntax.lastIndex = position;
    const match = tokenSyntax.exec(source);
    if (!match) throw new Error(`outside the subset: ${source.slice(position)}`);
    position = tokenSyntax.lastIndex;
    const { number, name, quoted, double, single, symbol } = match.groups ?? {};
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else if (double !== undefined || single !== undefined)
      tokens.push({ kind: 'text', text: (double ?? single ?? '').replaceAll(/\\(.)/g, '$1') });
  }
  return tokens;
};

export const patternOf = (text: string): RegExp => {
  const [, body = '', flags = ''] = /^\/(.*)\/(i?)$/s.exec(text) ?? [];
  return new RegExp(body, flags);
};

const isTrue = (value: Value): boolean => value === true;
const compare = (left: Value, right: Value): number | undefined => {
  if (left === null || right === null) return undefined;
  const numbers = [Number(left), Number(right)] as const;
  if (!numbers.some(Number.isNaN)) return numbers[0] - numbers[1];
  return String(left) < String(right) ? -1 : Number(String(left) > String(right));
};
const comparison =
  (accepts: (order: number) => boolean) =>
  (left: Expression, right: Expression): Expression =>
  (row) => {
    const order = compare(left(row), right(row));
    return order !== undefined && accepts(order);
  };
const arithmetic =
  (apply: (left: number, right: number) => number) =>
  (left: Expression, right: Expression): Expression =>
  (row) => {
    const [first, second] = [left(row), right(row)];
    return first === null || second === null ? null : apply(Number(first), Number(second));
  };

type Binary = (left: Expression, right: Expression) => Expression;
const operators: Readonly<Record<string, readonly [number, Binary]>> = {
  or: [1, (left, right) => (row) => isTrue(left(row)) || isTrue(right(row))],
  and: [2, (left, right) => (row) => isTrue(left(row)) && isTrue(right(row))],
  '=': [4, comparison((order) => order === 0)],
  '!=': [4, comparison((order) => order !== 0)],
  '<': [4, comparison((order) => order < 0)],
  '<=': [4, comparison((order) => order <= 0)],
  '>': [4, comparison((order) => order > 0)],
  '>=': [4, comparison((order) => order >= 0)],
  '+': [5, arithmetic((left, right) => left + right)],
  '-': [5, arithmetic((left, right) => left - right)],
  '*': [6, arithmetic((left, right) => left * right)],
  '/': [6, arithmetic((left, right) => left / right)],
};

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const binOf = (period: string): Expression => {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(period) ?? [];
  const size = Number(count) * (seconds[unit as string] ?? Number.NaN) * 1000;
  return (row) => Math.floor(Number(row['@timestamp']) / size) * size;
};

const functions: Readonly<Record<string, (...values: Value[]) => Value>> = {
  ispresent: (value) => value !== null && value !== undefined,
  coalesce: (...values) => values.find((value) => value !== null) ?? null,
  concat: (...values) => values.map((value) => value ?? '').join(''),
  strlen: (value) => (value === null ? null : String(value).length),
  tolower: (value) => (value === null ? null : String(value).toLowerCase()),
  floor: (value) => (value === null ? null : Math.floor(Number(value))),
  if: (condition, then, otherwise) => (isTrue(condition as Value) ? then : otherwise) as Value,
};

/** Reads expressions from the front of a list of tokens. */
export class ExpressionReader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(source: string) {
    this.#tokens = tokensOf(source);
  }

  get next(): Token | undefined {
    return this.#tokens[this.#position];
  }

  isAt(text: string): boolean {
    return this.next?.text.toLowerCase() === text && this.next.kind !== 'text';
  }

  take(): Token {
    const token = this.next;
    if (!token) throw new Error('the query ends too early');
    this.#position += 1;
    return token;
  }

  expect(text: string): void {
    const token = this.take();
    if (token.text.toLowerCase() !== text) throw new Error(`expected ${text}, got ${token.text}`);
  }

  skip(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#position += 1;
    return true;
  }

  end(): void {
    if (this.next) throw new Error(`outside the subset: ${this.next.text}`);
  }

  expression(minimum = 0): Expression {
    let left = this.#prefix();
    for (;;) {
      const symbol = this.next?.kind === 'text' ? '' : (this.next?.text.toLowerCase() ?? '');
      if (symbol === 'like' || symbol === '=~' || symbol === 'in' || symbol === 'not') {
        if (minimum > 4) return left;
        left = this.#membership(left);
        continue;
      }
      const operator = Object.hasOwn(operators, symbol) ? operators[symbol] : undefined;
      if (!operator || operator[0] <= minimum) return left;
      this.take();
      left = operator[1](left, this.expression(operator[0]));
    }
  }

  #membership(left: Expression): Expression {
    const isNegated = this.skip('not');
    const how = this.take().text.toLowerCase();
    const test = how === 'in' ? this.#list(left) : this.#match(left);
    return (row) => (left(row) === null ? false : isTrue(test(row)) !== isNegated);
  }

  #match(left: Expression): Expression {
    const { kind, text } = this.take();
    const pattern = kind === 'pattern' ? patternOf(text) : undefined;
    return (row) => {
      const value = String(left(row));
      return pattern ? pattern.test(value) : value.includes(text);
    };
  }

  #list(left: Expression): Expression {
    this.expect('[');
    const items: Expression[] = [];
    while (!this.skip(']')) {
      items.push(this.expression());
      this.skip(',');
    }
    return (row) => items.some((item) => compare(left(row), item(row)) === 0);
  }

  #prefix(): Expression {
    if (this.skip('not')) {
      const operand = this.expression(3);
      return (row) => !isTrue(operand(row));
    }
    if (this.skip('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    const { kind, text } = this.take();
    if (kind === 'number') return () => Number(text);
    if (kind === 'text') return () => text;
    if (kind !== 'name') throw new Error(`outside the subset: ${text}`);
    if (!this.isAt('(')) return (row) => row[text] ?? null;
    return this.#call(text.toLowerCase());
  }

  #call(name: string): Expression {
    this.expect('(');
    if (name === 'bin') {
      const period = this.take().text;
      this.expect(')');
      return binOf(period);
    }
    const apply = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!apply) throw new Error(`outside the subset: function ${name}`);
    const operands: Expression[] = [];
    while (!this.skip(')')) {
      operands.push(this.expression());
      this.skip(',');
    }
    return (row) => apply(...operands.map((operand) => operand(row)));
  }
}
