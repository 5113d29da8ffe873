import {
  type Expression,
  ExpressionReader,
  patternOf,
  type Row,
  type Value,
} from './insights-expression.ts';

/**
 * Runs a Logs Insights query on log lines, as far as our queries go: fields, filter, parse, stats,
 * sort, limit, display, dedup. Anything else is refused, never guessed.
 */

export interface LogLine {
  readonly message: string;
  /** Milliseconds since the epoch. @default - the `time` of the JSON in the message, else 0 */
  readonly timestamp?: number;
  /** One per task or execution environment. @default 'stream' */
  readonly logStream?: string;
  /** @default 'log' */
  readonly log?: string;
}

/** Insights finds at most so many fields in a line of JSON. */
const fieldLimit = 200;

const flatten = (value: unknown, path: string, into: Record<string, Value>): void => {
  if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      flatten(member, path === '' ? name : `${path}.${name}`, into);
    return;
  }
  if (Object.keys(into).length < fieldLimit) into[path] = value as Value;
};

/** The fields that Insights finds in a line: JSON members by path, list items by number. */
export const fieldsOf = (line: LogLine): Row => {
  const fields: Record<string, Value> = {};
  try {
    flatten(JSON.parse(line.message), '', fields);
  } catch {
    // No JSON: only the message itself.
  }
  return {
    ...fields,
    '@timestamp': line.timestamp ?? Number(fields.time ?? 0),
    '@message': line.message,
    '@logStream': line.logStream ?? 'stream',
    '@log': line.log ?? 'log',
  };
};

type Rows = readonly Row[];
type Command = (rows: Rows) => Rows;

const fieldsCommand = (source: string): Command => {
  const reader = new ExpressionReader(source);
  const columns: (readonly [string, Expression])[] = [];
  do {
    const first = reader.next?.text ?? '';
    const expression = reader.expression();
    columns.push([reader.skip('as') ? reader.take().text : first, expression]);
  } while (reader.skip(','));
  reader.end();
  return (rows) =>
    rows.map((row) => ({
      ...row,
      ...Object.fromEntries(columns.map(([name, expression]) => [name, expression(row)])),
    }));
};

const filterCommand = (source: string): Command => {
  const reader = new ExpressionReader(source);
  const condition = reader.expression();
  reader.end();
  return (rows) => rows.filter((row) => condition(row) === true);
};

/** Only the form with a regular expression and named groups. */
const parseCommand = (source: string): Command => {
  const [, field = '', pattern = ''] = /^\s*(\S+)\s+(\/.*\/)\s*$/s.exec(source) ?? [];
  if (pattern === '') throw new Error(`outside the subset: parse ${source}`);
  const expression = patternOf(pattern);
  const names = [...pattern.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name as string);
  return (rows) =>
    rows.map((row) => {
      const groups = expression.exec(String(row[field] ?? ''))?.groups ?? {};
      return { ...row, ...Object.fromEntries(names.map((name) => [name, groups[name] ?? null])) };
    });
};

type Aggregate = (rows: Rows) => Value;

const numbersOf = (rows: Rows, operand: Expression): readonly number[] =>
  rows
    .map(operand)
    .filter((value) => value !== null)
    .map(Number);

const aggregates: Readonly<Record<string, (rows: Rows, ...operands: Expression[]) => Value>> = {
  count: (rows, operand) =>
    operand ? rows.filter((row) => operand(row) !== null).length : rows.length,
  count_distinct: (rows, operand) =>
    new Set(rows.map(operand as Expression).filter((value) => value !== null)).size,
  sum: (rows, operand) =>
    numbersOf(rows, operand as Expression).reduce((sum, value) => sum + value, 0),
  avg: (rows, operand) => {
    const values = numbersOf(rows, operand as Expression);
    return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
  },
  min: (rows, operand) => Math.min(...numbersOf(rows, operand as Expression)),
  max: (rows, operand) => Math.max(...numbersOf(rows, operand as Expression)),
  pct: (rows, operand, rank) => {
    const values = [...numbersOf(rows, operand as Expression)].sort((a, b) => a - b);
    const share = Number((rank as Expression)({})) / 100;
    return values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? null;
  },
  latest: (rows, operand) =>
    byTime(rows)
      .map(operand as Expression)
      .at(-1) ?? null,
  earliest: (rows, operand) => byTime(rows).map(operand as Expression)[0] ?? null,
};

const byTime = (rows: Rows): Rows =>
  [...rows].sort((left, right) => Number(left['@timestamp']) - Number(right['@timestamp']));

/** `sum(a) - max(b) + 1`: aggregates combined by + and -, which is all that we use. */
const aggregateOf = (reader: ExpressionReader): Aggregate => {
  const one = (): Aggregate => {
    const { text, kind } = reader.take();
    if (kind === 'number') return () => Number(text);
    const apply = Object.hasOwn(aggregates, text) ? aggregates[text] : undefined;
    if (!apply) throw new Error(`outside the subset: aggregate ${text}`);
    reader.expect('(');
    const operands: Expression[] = [];
    if (reader.skip('*')) reader.expect(')');
    else
      while (!reader.skip(')')) {
        operands.push(reader.expression());
        reader.skip(',');
      }
    return (rows) => apply(rows, ...operands);
  };
  let left = one();
  while (reader.isAt('+') || reader.isAt('-')) {
    const sign = reader.take().text === '+' ? 1 : -1;
    const [before, right] = [left, one()];
    left = (rows) => Number(before(rows)) + sign * Number(right(rows));
  }
  return left;
};

const groupsOf = (rows: Rows, keys: readonly (readonly [string, Expression])[]) => {
  const groups = new Map<string, { readonly key: Row; readonly rows: Row[] }>();
  for (const row of rows) {
    const key = Object.fromEntries(keys.map(([name, expression]) => [name, expression(row)]));
    const id = JSON.stringify(key);
    const group = groups.get(id) ?? { key, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()];
};

const statsCommand = (source: string): Command => {
  const reader = new ExpressionReader(source);
  const columns: (readonly [string, Aggregate])[] = [];
  do {
    const aggregate = aggregateOf(reader);
    const name = reader.skip('as') ? reader.take().text : `column${columns.length + 1}`;
    columns.push([name, aggregate]);
  } while (reader.skip(','));
  const keys: (readonly [string, Expression])[] = [];
  if (reader.skip('by'))
    do {
      const first = reader.next?.text ?? '';
      const expression = reader.expression();
      keys.push([reader.skip('as') ? reader.take().text : first, expression]);
    } while (reader.skip(','));
  reader.end();
  return (rows) =>
    groupsOf(rows, keys).map((group) => ({
      ...group.key,
      ...Object.fromEntries(columns.map(([name, aggregate]) => [name, aggregate(group.rows)])),
    }));
};

const sortCommand = (source: string): Command => {
  const terms = source.split(',').map((term) => {
    const [field = '', direction = 'asc'] = term.trim().split(/\s+/);
    return [field.replaceAll('`', ''), direction === 'desc' ? -1 : 1] as const;
  });
  const order = (left: Row, right: Row): number => {
    for (const [field, sign] of terms) {
      const [first, second] = [left[field] ?? null, right[field] ?? null];
      if (first === second) continue;
      const isNumber = typeof first === 'number' && typeof second === 'number';
      const isBefore = isNumber ? first < second : String(first) < String(second);
      return isBefore ? -sign : sign;
    }
    return 0;
  };
  return (rows) => [...rows].sort(order);
};

const dedupCommand = (source: string): Command => {
  const names = source.split(',').map((name) => name.trim());
  return (rows) => {
    const seen = new Set<string>();
    return rows.filter((row) => {
      const id = JSON.stringify(names.map((name) => row[name] ?? null));
      return !seen.has(id) && seen.add(id);
    });
  };
};

const displayCommand = (source: string): Command => {
  const names = source.split(',').map((name) => name.trim().replaceAll('`', ''));
  return (rows) =>
    rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
};

const limitCommand = (source: string): Command => {
  const count = Number(source);
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new Error(`limit must be from 1 to 10000, got ${source}`);
  return (rows) => rows.slice(0, count);
};

const commands: Readonly<Record<string, (source: string) => Command>> = {
  fields: fieldsCommand,
  filter: filterCommand,
  parse: parseCommand,
  stats: statsCommand,
  sort: sortCommand,
  dedup: dedupCommand,
  display: displayCommand,
  limit: limitCommand,
};

/** The commands of a query. Pipes inside quotation marks and patterns do not separate. */
const stepsOf = (query: string): readonly string[] => {
  const text = query.replaceAll(/^\s*#.*$/gm, '');
  const pieces = text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/(?:[^/\\\n]|\\.)+\/|[^|])+/g);
  return (pieces ?? []).map((piece) => piece.trim()).filter(Boolean);
};

export const compileQuery = (query: string): ((lines: readonly LogLine[]) => Rows) => {
  const steps = stepsOf(query).map((step) => {
    const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(step) ?? [];
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new Error(`outside the subset: ${step}`);
    return command(rest);
  });
  if (steps.length === 0) throw new Error('the query is empty');
  return (lines) => steps.reduce<Rows>((rows, step) => step(rows), lines.map(fieldsOf));
};

/** Result rows of one run over these lines. */
export const runQuery = (query: string, lines: readonly LogLine[]): Rows =>
  compileQuery(query)(lines);

/** Every field of an event that a query names: dotted paths, outside of text and patterns. */
export const fieldsIn = (query: string): readonly string[] => {
  const bare = query.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/(?:[^/\\\n]|\\.)+\//g, '');
  return [...new Set([...bare.matchAll(/(?<![\w@.])[a-z_]+(?:\.\w+)+/g)].map(([name]) => name))];
};
