import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AuthorizationCodeRecord, GrantRecord } from './grant-store.ts';
import { count, type StoredValue, text, texts } from './stored-value.ts';

/** Records ⇄ DynamoDB items. Every attribute is written out here and in docs/storage-schema.md. */

export type Item = Record<string, AttributeValue>;

interface StoredAttribute<T> extends StoredValue<T> {
  readonly isOptional: boolean;
}

/** Every member of a record; the compiler knows if one is forgotten or has the wrong optionality. */
type Schema<R> = {
  readonly [Name in keyof R]-?: StoredAttribute<NonNullable<R[Name]>> & {
    readonly isOptional: undefined extends R[Name] ? true : false;
  };
};

export interface RecordKind<R> {
  readonly name: 'code' | 'grant';
  /** The member that is stored in the partition key. */
  readonly id: keyof R & string;
  readonly schema: Schema<R>;
  /** Seconds since the epoch from which TTL may delete the item. */
  readonly purgeAt: (record: R) => number;
}

const required = <T>(value: StoredValue<T>) => ({ ...value, isOptional: false }) as const;
const optional = <T>(value: StoredValue<T>) => ({ ...value, isOptional: true }) as const;

export const authorizationCodes: RecordKind<AuthorizationCodeRecord> = {
  name: 'code',
  id: 'codeHash',
  schema: {
    codeHash: required(text),
    grantId: required(text),
    clientId: required(text),
    redirectUri: required(text),
    codeChallenge: required(text),
    subject: required(text),
    username: optional(text),
    tenant: optional(text),
    scopes: required(texts),
    originTokenId: optional(text),
    correlationId: optional(text),
    sealedTokens: required(text),
    expiresAt: required(count),
    purgeAt: required(count),
  },
  purgeAt: (record) => record.purgeAt,
};

export const grants: RecordKind<GrantRecord> = {
  name: 'grant',
  id: 'grantId',
  schema: {
    grantId: required(text),
    subject: required(text),
    username: optional(text),
    tenant: optional(text),
    clientId: required(text),
    clientName: required(text),
    redirectHost: required(text),
    scopes: required(texts),
    originTokenId: optional(text),
    sealedUpstreamRefreshToken: required(text),
    handleHash: required(text),
    sealedHandle: required(text),
    previousHandleHash: optional(text),
    rotatedAt: required(count),
    generation: required(count),
    createdAt: required(count),
    expiresAt: required(count),
  },
  purgeAt: (record) => record.expiresAt,
};

/** Incremented when a stored record of an earlier version can no longer be read. */
const schemaVersion = 1;

/**
 * An item that this version did not write: tampered with, or of another version. A fault and not an
 * absent record: nobody gets in either way, but this way an operator hears of it. Names attributes,
 * never values.
 */
export class StoredRecordError extends Error {
  static readonly code = 'ERR_STORED_RECORD';
  readonly attributes: readonly string[];

  constructor(kind: string, attributes: readonly string[]) {
    super(`stored ${kind} is not usable: ${attributes.join(', ')}`);
    this.name = 'StoredRecordError';
    this.attributes = attributes;
  }
}

/** DynamoDB refuses longer partition keys; nothing of ours comes near. */
const maxKeyBytes = 2048;

/** The item's key, or undefined for an id that cannot be stored: ids can come straight from a form. */
export const keyOf = <R>(kind: RecordKind<R>, id: string): Item | undefined => {
  const pk = `${kind.name}#${id}`;
  return Buffer.byteLength(pk) <= maxKeyBytes ? { pk: text.write(pk) } : undefined;
};

/** The id in a key that {@link keyOf} made. */
export const idOf = <R>(kind: RecordKind<R>, { pk }: Item): string =>
  (pk?.S ?? '').slice(kind.name.length + 1);

const attributesOf = <R>({ schema, id }: RecordKind<R>): [string, StoredAttribute<unknown>][] =>
  (Object.entries(schema) as [string, StoredAttribute<unknown>][]).filter(([name]) => name !== id);

/** Everything but `writeId`, which belongs to the single write. */
export const toItem = <R extends object>(kind: RecordKind<R>, record: R): Item => {
  const values = new Map<string, unknown>(Object.entries(record));
  const key = keyOf(kind, values.get(kind.id) as string);
  if (!key) throw new RangeError(`'${kind.id}' must be at most ${maxKeyBytes} bytes long`);
  const item: Item = {
    ...key,
    schemaVersion: count.write(schemaVersion),
    ttl: count.write(kind.purgeAt(record)),
  };
  for (const [name, attribute] of attributesOf(kind)) {
    const value = values.get(name);
    if (value !== undefined) item[name] = attribute.write(value);
  }
  return item;
};

/**
 * The record in an item. Checks the version and the type of every attribute; an attribute that is
 * not in the schema is ignored. Does not check that the item belongs to whoever asks, nor what the
 * values mean.
 *
 * @throws StoredRecordError
 */
export const fromItem = <R>(kind: RecordKind<R>, item: Item): R => {
  const isThisVersion = count.read(item.schemaVersion ?? { NULL: true }) === schemaVersion;
  const problems = isThisVersion ? [] : ['schemaVersion'];
  const record: Record<string, unknown> = { [kind.id]: idOf(kind, item) };
  for (const [name, attribute] of attributesOf(kind)) {
    const stored = item[name];
    if (stored === undefined && attribute.isOptional) continue;
    const value = stored && attribute.read(stored);
    if (value === undefined) problems.push(name);
    else record[name] = value;
  }
  if (problems.length > 0) throw new StoredRecordError(kind.name, problems);
  return record as R;
};
