import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** How one value looks in DynamoDB, and what is accepted when it is read back. */
export interface StoredValue<T> {
  /** As documented in docs/storage-schema.md. */
  readonly type: 'S' | 'N' | 'L of S';
  readonly write: (value: T) => AttributeValue;
  /** `undefined`: what is stored is not of this type. */
  readonly read: (stored: AttributeValue) => T | undefined;
}

export const text: StoredValue<string> = {
  type: 'S',
  write: (value) => ({ S: value }),
  read: (stored) => stored.S,
};

/** A safe integer that is not negative: seconds since the epoch, or a count. */
export const count: StoredValue<number> = {
  type: 'N',
  write: (value) => ({ N: String(value) }),
  read: ({ N }) => {
    const isCount = N !== undefined && /^\d+$/.test(N) && Number.isSafeInteger(Number(N));
    return isCount ? Number(N) : undefined;
  },
};

/** A list and not a string set: a set forgets the order and refuses to be empty. */
export const texts: StoredValue<readonly string[]> = {
  type: 'L of S',
  write: (values) => ({ L: values.map(text.write) }),
  read: ({ L }) => {
    const values = L?.map(text.read);
    return values?.every((value) => value !== undefined) ? values : undefined;
  },
};
