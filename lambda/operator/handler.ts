import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Context } from 'aws-lambda';
import { createDynamoDbClient } from '../authorization-server/store/dynamodb-client.ts';
import { createDynamoDbGrantStore } from '../authorization-server/store/dynamodb-grant-store.ts';
import { createFunctionLog, flushingAfter } from '../security-log.ts';
import { readEnvironment } from './config.ts';
import { withLogDeliveries } from './log-delivery.ts';
import { createOperator, type Operator } from './operator.ts';
import { createUserDirectory } from './user-directory.ts';

const eventLog = createFunctionLog('operator');

const compose = (): Operator => {
  const { userPoolId, tableName, detections } = readEnvironment();
  const cognito = new CognitoIdentityProviderClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  });
  return createOperator({
    directory: createUserDirectory({ client: cognito, userPoolId }),
    store: createDynamoDbGrantStore({ client: createDynamoDbClient(), tableName }),
    securityLog: eventLog,
    detections,
    now: Date.now,
  });
};

let operator: Operator | undefined;

/** The Lambda entry, for direct invocation, EventBridge and subscriptions of log groups. Configured at the first event. */
export const handler = (
  event: unknown,
  context: Pick<Context, 'awsRequestId'>,
): ReturnType<ReturnType<typeof withLogDeliveries>> =>
  flushingAfter(eventLog, () => {
    operator ??= compose();
    return withLogDeliveries(operator)(event, context.awsRequestId);
  });
