import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamoDbRevocations } from './dynamodb-revocations.ts';
import type { CodeConsumption, GrantRecord, GrantStore } from './grant-store.ts';
import { grantTable } from './grant-table.ts';
import {
  authorizationCodes,
  fromItem,
  grants,
  type Item,
  idOf,
  keyOf,
  toItem,
} from './stored-record.ts';
import { count, text } from './stored-value.ts';

/**
 * Every write is one conditional call on one item. The SDK repeats a call whose answer got lost, so
 * each call carries an id of its own and recognises what it has already done itself.
 */

export interface DynamoDbGrantStoreProps {
  /** Made by `createDynamoDbClient`: the SDK's default waits for ever. */
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** How many grants of one user are looked at in one go. */
const pageSize = 100;

/** False if the condition did not hold. */
const putIf = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  item: Item,
  condition: { readonly expression: string; readonly values?: Item },
): Promise<boolean> => {
  const writeId = text.write(randomUUID());
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { ...item, writeId },
        ConditionExpression: `${condition.expression} OR writeId = :writeId`,
        ExpressionAttributeValues: { ...condition.values, ':writeId': writeId },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const create = async (
  table: DynamoDbGrantStoreProps,
  kind: 'code' | 'grant',
  item: Item,
): Promise<void> => {
  if (!(await putIf(table, item, { expression: 'attribute_not_exists(pk)' })))
    throw new Error(`the ${kind} exists already`);
};

/** The first call leaves its id in the item and gets it back; every later one gets the first one's. */
const consumeCode = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  codeHash: string,
  now: number,
): Promise<CodeConsumption> => {
  const key = keyOf(authorizationCodes, codeHash);
  if (!key) return { outcome: 'unknown' };
  const consumer = randomUUID();
  try {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        // False for an item that does not exist, so that no item is ever made here.
        ConditionExpression: 'purgeAt > :now',
        UpdateExpression: 'SET consumedBy = if_not_exists(consumedBy, :consumer)',
        ExpressionAttributeValues: { ':now': count.write(now), ':consumer': text.write(consumer) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const item = Attributes ?? {};
    const outcome = item.consumedBy?.S === consumer ? 'consumed' : 'replayed';
    return { outcome, record: fromItem(authorizationCodes, item) };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { outcome: 'unknown' };
    throw error;
  }
};

const getGrant = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  grantId: string,
  now: number,
): Promise<GrantRecord | undefined> => {
  const key = keyOf(grants, grantId);
  if (!key) return undefined;
  // Consistent: a grant that was ended a moment ago must not work once more.
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  const grant = item && fromItem(grants, item);
  return grant && grant.expiresAt > now ? grant : undefined;
};

const deleteGrant = async (
  { client, tableName }: DynamoDbGrantStoreProps,
  grantId: string,
): Promise<boolean> => {
  const key = keyOf(grants, grantId);
  if (!key) return false;
  const { Attributes } = await client.send(
    new DeleteItemCommand({ TableName: tableName, Key: key, ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
};

/** Ids of a user's grants, page by page, oldest first. The index lags: it may miss or outlive a grant. */
async function* grantIdPages(
  { client, tableName }: DynamoDbGrantStoreProps,
  subject: string,
): AsyncGenerator<readonly string[]> {
  let startKey: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: grantTable.subjectIndex.name,
        KeyConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': text.write(subject) },
        Limit: pageSize,
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    yield (page.Items ?? []).map((item) => idOf(grants, item));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}

const grantsOf = async (
  table: DynamoDbGrantStoreProps,
  subject: string,
  now: number,
): Promise<readonly GrantRecord[]> => {
  const found: GrantRecord[] = [];
  for await (const ids of grantIdPages(table, subject)) {
    const records = await Promise.all(ids.map((id) => getGrant(table, id, now)));
    found.push(...records.filter((record) => record !== undefined));
    if (found.length >= pageSize) break;
  }
  return found.slice(0, pageSize);
};

const deleteGrantsOf = async (
  table: DynamoDbGrantStoreProps,
  subject: string,
): Promise<readonly string[]> => {
  const deleted: string[] = [];
  for await (const ids of grantIdPages(table, subject)) {
    const wereThere = await Promise.all(ids.map((id) => deleteGrant(table, id)));
    deleted.push(...ids.filter((_, index) => wereThere[index]));
  }
  return deleted;
};

/**
 * The grant store in AWS. Guarantees what {@link GrantStore} promises, between any number of
 * processes, also when a call is repeated because its answer got lost. Faults (throttling, time-out,
 * a record that is not ours) are exceptions, never an absent record.
 *
 * Does not check who asks. Does not rely on TTL. A repeated delete says `false` although the lost
 * first attempt deleted.
 */
export const createDynamoDbGrantStore = (table: DynamoDbGrantStoreProps): GrantStore => ({
  putCode: async (record) => create(table, 'code', toItem(authorizationCodes, record)),
  consumeCode: (codeHash, now) => consumeCode(table, codeHash, now),
  putGrant: async (grant) => create(table, 'grant', toItem(grants, grant)),
  getGrant: (grantId, now) => getGrant(table, grantId, now),
  replaceGrant: async (grant, expectedGeneration) =>
    putIf(table, toItem(grants, grant), {
      expression: 'generation = :expected',
      values: { ':expected': count.write(expectedGeneration) },
    }),
  deleteGrant: (grantId) => deleteGrant(table, grantId),
  grantsOf: (subject, now) => grantsOf(table, subject, now),
  deleteGrantsOf: (subject) => deleteGrantsOf(table, subject),
  ...dynamoDbRevocations(table),
});
