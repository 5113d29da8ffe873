import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { createDynamoDbClient } from '../../../lambda/authorization-server/store/dynamodb-client.ts';
import { grantTable } from '../../../lambda/authorization-server/store/grant-table.ts';

/** A DynamoDB on loopback, with the table as the construct creates it. */

export const tableName = 'grants';

// Without types of its own.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

const createTable = (client: DynamoDBClient) => {
  const { partitionKey, subjectIndex } = grantTable;
  const keys = [partitionKey, subjectIndex.partitionKey, subjectIndex.sortKey];
  return client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      KeySchema: [{ AttributeName: partitionKey.name, KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: subjectIndex.name,
          KeySchema: [
            { AttributeName: subjectIndex.partitionKey.name, KeyType: 'HASH' },
            { AttributeName: subjectIndex.sortKey.name, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: subjectIndex.projection },
        },
      ],
    }),
  );
};

export const startDynalite = async () => {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clientOf = (settings: DynamoDBClientConfig = {}): DynamoDBClient =>
    createDynamoDbClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      ...settings,
    });
  const client = clientOf();
  await createTable(client);
  return {
    client,
    clientOf,
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type Dynalite = Awaited<ReturnType<typeof startDynalite>>;
