import { isIP } from 'node:net';
import { type AttributeRule, type ClassRule, classes, type ObjectRule, objects } from './schema.ts';

/** Every way in which an event is not the OCSF 1.8.0 that our table describes, as `path: problem`. */

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const scalarChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string' && value !== '',
  integer: (value) => Number.isSafeInteger(value),
  long: (value) => Number.isSafeInteger(value),
  timestamp: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  boolean: (value) => typeof value === 'boolean',
  ip: (value) => typeof value === 'string' && isIP(value) !== 0,
  json: (value) => value !== null && value !== undefined,
};

const valueProblems = (value: unknown, rule: AttributeRule, path: string): string[] => {
  if (rule.type.startsWith('object:')) {
    const name = rule.type.slice('object:'.length);
    if (!isObject(value)) return [`${path}: is no object`];
    return objectProblems(value, objects[name] as ObjectRule, path);
  }
  if (!scalarChecks[rule.type]?.(value)) return [`${path}: is no ${rule.type}`];
  if (rule.values && !rule.values.includes(value as string))
    return [`${path}: ${String(value)} is not in the enumeration`];
  return [];
};

const attributeProblems = (
  value: unknown,
  rule: AttributeRule | undefined,
  path: string,
  profiles: readonly string[],
): string[] => {
  if (!rule) return [`${path}: OCSF has no such attribute here`];
  if (rule.profile && !profiles.includes(rule.profile))
    return [`${path}: needs the profile ${rule.profile}`];
  if (!rule.isList) return valueProblems(value, rule, path);
  if (!Array.isArray(value) || value.length === 0) return [`${path}: is no list with items`];
  return value.flatMap((item, index) => valueProblems(item, rule, `${path}.${index}`));
};

const constraintProblems = (value: Json, names: readonly string[] | undefined, path: string) =>
  names && !names.some((name) => value[name] !== undefined)
    ? [`${path}: needs one of ${names.join(', ')}`]
    : [];

const objectProblems = (
  value: Json,
  rule: ObjectRule,
  path: string,
  profiles: readonly string[] = [],
): string[] => [
  ...Object.entries(value).flatMap(([name, member]) =>
    attributeProblems(member, rule.attributes[name], path ? `${path}.${name}` : name, profiles),
  ),
  ...Object.entries(rule.attributes)
    .filter(([name, { isRequired }]) => isRequired && value[name] === undefined)
    .map(([name]) => `${path ? `${path}.` : ''}${name}: is required`),
  ...constraintProblems(value, rule.atLeastOne, path || 'event'),
];

const consistencyProblems = (
  event: Json,
  rule: ClassRule,
  profiles: readonly string[],
): string[] => {
  const problems: string[] = [];
  if (event.category_uid !== rule.category) problems.push('category_uid: is not that of the class');
  if (event.type_uid !== rule.uid * 100 + (event.activity_id as number))
    problems.push('type_uid: is not class_uid × 100 + activity_id');
  if (event.activity_id === 99 && !event.activity_name)
    problems.push('activity_name: is required when activity_id is 99');
  for (const profile of profiles.filter((name) => !rule.profiles.includes(name)))
    problems.push(`metadata.profiles: ${profile} is no profile of the class`);
  return problems;
};

export const ocsfProblems = (event: Json): readonly string[] => {
  // What a reader gets: without undefined members, and only if it is JSON at all.
  const written = JSON.parse(JSON.stringify(event)) as Json;
  const rule = classes.find(({ uid }) => uid === written.class_uid);
  if (!rule) return [`class_uid: ${String(written.class_uid)} is not one of ours`];
  const metadata = isObject(written.metadata) ? written.metadata : {};
  const profiles = (metadata.profiles ?? []) as readonly string[];
  return [
    ...objectProblems(written, rule, '', profiles),
    ...(rule.alsoAtLeastOne ?? []).flatMap((names) => constraintProblems(written, names, 'event')),
    ...consistencyProblems(written, rule, profiles),
    ...(metadata.version === '1.8.0' ? [] : ['metadata.version: is not 1.8.0']),
  ];
};
