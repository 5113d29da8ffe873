import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** Per attempt. Two attempts and the pause between them stay below half of a client's 10 s for a token call. */
const timeoutMilliseconds = 2_000;

/**
 * A DynamoDB client that answers or fails within about 4 seconds: the SDK's own default is to wait
 * for ever. Throttling and time-outs are repeated once and then thrown.
 */
export const createDynamoDbClient = (settings: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: timeoutMilliseconds,
      // Without it a breach is only a warning.
      throwOnRequestTimeout: true,
    },
    ...settings,
  });
