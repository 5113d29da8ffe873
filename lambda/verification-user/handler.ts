import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { readEnvironment } from './config.ts';
import { answerCloudFormation } from './custom-resource.ts';
import { createUserPool } from './user-pool.ts';
import { createUserSecretStore } from './user-secret.ts';
import { createVerificationUser, type VerificationUser } from './verification-user.ts';

const compose = (): VerificationUser => {
  const { userPoolId, enrolmentClientId, secretArn } = readEnvironment();
  const calls = {
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 },
  };
  return createVerificationUser({
    userPool: createUserPool({
      client: new CognitoIdentityProviderClient(calls),
      userPoolId,
      enrolmentClientId,
    }),
    secret: createUserSecretStore(new SecretsManagerClient(calls), secretArn),
    now: Date.now,
  });
};

/** The Lambda entry: CloudFormation is the only caller. */
export const handler = (event: CloudFormationCustomResourceEvent): Promise<void> =>
  answerCloudFormation(event, compose, fetch);
