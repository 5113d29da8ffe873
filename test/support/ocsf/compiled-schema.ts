import { readFileSync } from 'node:fs';

/**
 * Holds events against a compiled OCSF schema: the file that the schema server exports, with
 * `classes`, `objects` and `version`. Not part of this repository; the tests use it where
 * `OCSF_SCHEMA` names one.
 */

interface Attribute {
  readonly type: string;
  readonly object_type?: string;
  readonly is_array?: boolean;
  readonly requirement?: string;
  readonly enum?: Readonly<Record<string, unknown>>;
  readonly profile?: string | null;
}

interface Shape {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints?: { readonly at_least_one?: string[]; readonly just_one?: string[] };
}

interface CompiledSchema {
  readonly version: string;
  readonly classes: Readonly<Record<string, Shape & { readonly uid: number }>>;
  readonly objects: Readonly<Record<string, Shape>>;
}

type Json = Readonly<Record<string, unknown>>;

const wholeNumbers = ['integer_t', 'long_t', 'timestamp_t', 'port_t'];

const isOfType = (value: unknown, type: string): boolean => {
  if (wholeNumbers.includes(type)) return Number.isSafeInteger(value);
  if (type === 'boolean_t') return typeof value === 'boolean';
  if (type === 'float_t') return typeof value === 'number';
  if (type === 'json_t') return value !== undefined;
  return typeof value === 'string';
};

class Validation {
  readonly problems: string[] = [];
  readonly #schema: CompiledSchema;
  readonly #profiles: readonly string[];

  constructor(schema: CompiledSchema, profiles: readonly string[]) {
    this.#schema = schema;
    this.#profiles = profiles;
  }

  /** Whether a profile that an attribute belongs to is declared; `null` means it needs none. */
  #isDeclared({ profile }: Attribute): boolean {
    return !profile || this.#profiles.includes(profile);
  }

  shape(value: Json, { attributes, constraints }: Shape, path: string): void {
    for (const [name, member] of Object.entries(value)) {
      const attribute = attributes[name];
      if (!attribute) this.problems.push(`${path}${name}: unknown`);
      else if (!this.#isDeclared(attribute))
        this.problems.push(`${path}${name}: needs profile ${attribute.profile}`);
      else this.#member(member, attribute, `${path}${name}`);
    }
    for (const [name, attribute] of Object.entries(attributes)) {
      const isMissing = attribute.requirement === 'required' && value[name] === undefined;
      if (isMissing && this.#isDeclared(attribute)) this.problems.push(`${path}${name}: required`);
    }
    const some = constraints?.at_least_one;
    if (some && !some.some((name) => value[name] !== undefined))
      this.problems.push(`${path}: needs one of ${some.join(', ')}`);
  }

  #member(value: unknown, attribute: Attribute, path: string): void {
    const values = attribute.is_array ? value : [value];
    if (!Array.isArray(values)) this.problems.push(`${path}: is no list`);
    else for (const item of values) this.#single(item, attribute, path);
  }

  #single(value: unknown, attribute: Attribute, path: string): void {
    const { type, object_type: name } = attribute;
    if (type === 'object_t' || type === 'object') {
      const shape = name === undefined ? undefined : this.#schema.objects[name];
      if (typeof value !== 'object' || value === null) this.problems.push(`${path}: no object`);
      // `object` itself is anything: that is what `unmapped` is.
      else if (shape && name !== 'object') this.shape(value as Json, shape, `${path}.`);
      return;
    }
    if (!isOfType(value, type)) this.problems.push(`${path}: is no ${type}`);
    else if (attribute.enum && !Object.hasOwn(attribute.enum, String(value)))
      this.problems.push(`${path}: ${String(value)} is not in the enumeration`);
  }
}

export const openCompiledSchema = (path: string): ((event: Json) => readonly string[]) => {
  const schema = JSON.parse(readFileSync(path, 'utf8')) as CompiledSchema;
  if (schema.version !== '1.8.0') throw new Error(`OCSF_SCHEMA must be 1.8.0: ${schema.version}`);
  return (event) => {
    const written = JSON.parse(JSON.stringify(event)) as Json;
    const shape = Object.values(schema.classes).find(({ uid }) => uid === written.class_uid);
    if (!shape) return [`class_uid: ${String(written.class_uid)} is unknown`];
    const { profiles } = written.metadata as { profiles?: readonly string[] };
    const validation = new Validation(schema, profiles ?? []);
    validation.shape(written, shape, '');
    return validation.problems;
  };
};
