/** Small questions about one value of a configuration file, and how the answer is put. */

/** Undefined if the value is fine, else what is allowed. */
export type Check = (value: unknown) => string | undefined;

export type Members = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const matching =
  (pattern: RegExp, allowed: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : allowed;

export const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value) ? undefined : `one of ${values.join(', ')}`;

export const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

export const listOf =
  (isItem: (item: string) => boolean, allowed: string): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'string' && isItem(item))
      ? undefined
      : `a list of at least one ${allowed}`;

export const yesOrNo: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

export const text: Check = matching(/\S/, 'text');

export const httpsUrl: Check = (value) =>
  typeof value === 'string' && URL.canParse(value) && value.startsWith('https://')
    ? undefined
    : 'an https URL';

/** An object with these members and no others. */
export interface Shape {
  readonly members: Readonly<Record<string, Check | Shape | ListShape>>;
  readonly required: readonly string[];
}

/** At least one object of a shape. */
export interface ListShape {
  readonly each: Shape;
}

const quoted = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

const wrong = (path: string, allowed: string, value: unknown): string =>
  `'${path}' must be ${allowed}, got ${quoted(value)}`;

/** Everything that is wrong with a value, in words: what, what was given, what is allowed. */
export const problemsOf = (
  path: string,
  value: unknown,
  expected: Check | Shape | ListShape,
): readonly string[] => {
  if (typeof expected === 'function') {
    const allowed = expected(value);
    return allowed ? [wrong(path, allowed, value)] : [];
  }
  if ('each' in expected)
    return Array.isArray(value) && value.length > 0
      ? value.flatMap((item, index) => problemsOf(`${path}[${index}]`, item, expected.each))
      : [wrong(path, 'a list of at least one object', value)];
  return isRecord(value)
    ? memberProblems(path, value, expected)
    : [wrong(path, 'an object', value)];
};

const memberProblems = (
  path: string,
  value: Members,
  { members, required }: Shape,
): readonly string[] => {
  const names = [...new Set([...required, ...Object.keys(value)])];
  return names.flatMap((name) => {
    if (value[name] === undefined && !required.includes(name)) return [];
    const expected = Object.hasOwn(members, name) ? members[name] : undefined;
    // A misspelt setting is a setting that does not happen.
    return expected
      ? problemsOf(`${path}.${name}`, value[name], expected)
      : [`'${path}.${name}' must be one of ${Object.keys(members).join(', ')}, got an unknown key`];
  });
};
