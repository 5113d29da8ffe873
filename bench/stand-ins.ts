import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type CognitoSimulator, startCognitoSimulator } from '../dev/cognito/simulator.ts';
import { type DemoDeployment, demoDeployment } from '../dev/demo-deployment.ts';
import { grantTable } from '../lambda/authorization-server/store/grant-table.ts';
import { createPreTokenGeneration } from '../lambda/pre-token-generation/handler.ts';

/** What stands behind the broker in AWS, on loopback and in a process that is not measured. */

export interface Person {
  readonly username: string;
  readonly password: string;
}

export interface StandIns {
  /** Somebody of the user pool, by number: whoever signs in again is looked at again. */
  readonly person: (index: number) => Person;
  readonly deployment: DemoDeployment;
  readonly cognito: CognitoSimulator;
  /** Environment of the broker. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls of the table so far. */
  readonly tableCalls: () => { readonly reads: number; readonly writes: number };
  readonly close: () => Promise<void>;
}

export const origin = 'https://mcp.example.com';
export const cognitoDomain = 'https://login.auth.eu-central-1.amazoncognito.com';
const tableName = 'grants';

/** As many as may sign in without anybody doing it twice. */
const people = 200;

const person = (index: number): Person => ({
  username: `person-${index % people}`,
  password: 'Bench-Password-1',
});

const user = (index: number) => ({
  ...person(index),
  email: `${person(index).username}@acme.example`,
  groups: ['tenant:acme', 'editors'],
});

// Without types of its own.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

const addressOf = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const createTable = async (endpoint: string): Promise<void> => {
  const { partitionKey, subjectIndex } = grantTable;
  const { name: IndexName, partitionKey: subject, sortKey, projection } = subjectIndex;
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  const key = (name: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType });
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, subject, sortKey].map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      KeySchema: [key(partitionKey.name, 'HASH')],
      GlobalSecondaryIndexes: [
        {
          IndexName,
          KeySchema: [key(subject.name, 'HASH'), key(sortKey.name, 'RANGE')],
          Projection: { ProjectionType: projection },
        },
      ],
    }),
  );
  client.destroy();
};

const startTable = async () => {
  const server = dynalite({ createTableMs: 0 });
  const endpoint = await addressOf(server);
  await createTable(endpoint);
  const count = { reads: 0, writes: 0 };
  server.on('request', ({ headers }) => {
    const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
    count[/^(Get|Query|Scan)/.test(operation) ? 'reads' : 'writes'] += 1;
  });
  return { server, endpoint, count };
};

const secretServer = (secret: object): Server =>
  createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
  });

const closed = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
};

export const startStandIns = async (): Promise<StandIns> => {
  const deployment = demoDeployment(origin);
  const cognito = await startCognitoSimulator({
    userPool: {
      ...deployment.userPool,
      users: Array.from({ length: people }, (_, index) => user(index)),
    },
    preTokenGeneration: createPreTokenGeneration(deployment.trigger),
  });
  const { upstream, sealingKeys, scopes } = deployment.brokerSettings(cognito);
  const { logPseudonymKey } = deployment;
  const secrets = secretServer({
    clientSecret: upstream.clientSecret,
    sealingKeys,
    logPseudonymKey,
  });
  const secretsEndpoint = await addressOf(secrets);
  const table = await startTable();
  return {
    person,
    deployment,
    cognito,
    environment: {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsEndpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      ISSUER: origin,
      RESOURCE_IDENTIFIER: deployment.resourceIdentifier,
      SCOPES: JSON.stringify(scopes),
      UPSTREAM_ISSUER: cognito.issuer,
      UPSTREAM_DOMAIN: cognitoDomain,
      UPSTREAM_CLIENT_ID: upstream.clientId,
      SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:broker',
      TABLE_NAME: tableName,
      BENCH_COGNITO: cognito.domain,
    },
    tableCalls: () => ({ ...table.count }),
    close: async () => {
      await cognito.close();
      await Promise.all([closed(secrets), closed(table.server)]);
    },
  };
};
