import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

/**
 * Clients for somebody who waits at a terminal: a few seconds to connect, and enough patience to
 * list a large pool, of which Cognito serves a few pages a second. Credentials and
 * `AWS_ENDPOINT_URL_…` are found as in every tool on the AWS SDK.
 */
export const awsClients = (maxAttempts: number) => {
  const settings = (region: string | undefined, profile: string | undefined) => ({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    maxAttempts,
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    },
  });
  return {
    connectCognito: (region: string | undefined, profile: string | undefined) =>
      new CognitoIdentityProviderClient(settings(region, profile)),
    connectCloudFormation: (region: string | undefined, profile: string | undefined) =>
      new CloudFormationClient(settings(region, profile)),
  };
};
