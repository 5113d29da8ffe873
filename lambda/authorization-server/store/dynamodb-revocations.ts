import {
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  isBlock,
  maxRevocations,
  type RevocationKind,
  revocationKinds,
  revocationLifetimeSeconds,
} from '../../../oauth/revocation.ts';
import type { DynamoDbGrantStoreProps } from './dynamodb-grant-store.ts';
import type { GrantStore, RevocationRecord } from './grant-store.ts';
import { grantTable } from './grant-table.ts';
import type { Item } from './stored-record.ts';
import { count, text } from './stored-value.ts';

/**
 * Revocations ⇄ items. All that a list needs is in keys, so that it is one query on the index, which
 * holds keys only: kind and digest in the partition key, the time in the index's sort key, and a
 * partition of the index for each of the two lifetimes.
 */

/** No user is called like that: a subject is a UUID. */
const listOf = (kind: RevocationKind): string => (isBlock(kind) ? '(blocks)' : '(revocations)');

const prefix = 'revocation#';
const schemaVersion = 1;

const keyOf = (kind: RevocationKind, digest: string): Item => ({
  pk: text.write(`${prefix}${kind}#${digest}`),
});

const recordOf = ({ pk, createdAt }: Item): RevocationRecord | undefined => {
  const [, kind, digest] = (pk?.S ?? '').split('#') as [string, RevocationKind?, string?];
  const revokedAt = createdAt && count.read(createdAt);
  const isRecord = kind && revocationKinds.includes(kind) && digest && revokedAt !== undefined;
  return isRecord ? { kind, digest, revokedAt } : undefined;
};

const query = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  list: string,
  after: number,
): Promise<readonly RevocationRecord[]> => {
  const found: RevocationRecord[] = [];
  let startKey: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: grantTable.subjectIndex.name,
        KeyConditionExpression: 'subject = :list AND createdAt > :after',
        ExpressionAttributeValues: { ':list': text.write(list), ':after': count.write(after) },
        // Newest first: if there are more than a feed takes, the oldest are left out.
        ScanIndexForward: false,
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    found.push(...(page.Items ?? []).flatMap((item) => recordOf(item) ?? []));
    startKey = page.LastEvaluatedKey;
  } while (startKey && found.length <= maxRevocations);
  return found;
};

const put = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  { kind, digest, revokedAt }: RevocationRecord,
): Promise<void> => {
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        ...keyOf(kind, digest),
        schemaVersion: count.write(schemaVersion),
        subject: text.write(listOf(kind)),
        createdAt: count.write(revokedAt),
        // A block stays until it is lifted.
        ...(!isBlock(kind) && { ttl: count.write(revokedAt + revocationLifetimeSeconds) }),
      },
    }),
  );
};

const remove = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  kind: RevocationKind,
  digest: string,
): Promise<boolean> => {
  const { Attributes } = await client.send(
    new DeleteItemCommand({
      TableName: tableName,
      Key: keyOf(kind, digest),
      ReturnValues: 'ALL_OLD',
    }),
  );
  return Attributes !== undefined;
};

/** Reads the whole table, a page at a time: there is no index by client, and operators are patient. */
const signInsOfClient = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  isClient: (clientId: string) => boolean,
): Promise<readonly string[]> => {
  const found: string[] = [];
  let startKey: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: 'begins_with(pk, :grant) AND attribute_exists(originTokenId)',
        ExpressionAttributeValues: { ':grant': text.write('grant#') },
        ProjectionExpression: 'clientId, originTokenId',
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    for (const { clientId, originTokenId } of page.Items ?? [])
      if (originTokenId?.S && isClient(clientId?.S ?? '')) found.push(originTokenId.S);
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return found;
};

export const dynamoDbRevocations = (
  table: DynamoDbGrantStoreProps,
): Pick<GrantStore, 'putRevocation' | 'deleteRevocation' | 'revocations' | 'signInsOfClient'> => ({
  putRevocation: (revocation) => put(table, revocation),
  deleteRevocation: (kind, digest) => remove(table, kind, digest),
  revocations: async (now) => [
    ...(await query(table, listOf('client'), 0)),
    ...(await query(table, listOf('subject'), now - revocationLifetimeSeconds)),
  ],
  signInsOfClient: (isClient) => signInsOfClient(table, isClient),
});
