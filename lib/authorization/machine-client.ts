import { Duration } from 'aws-cdk-lib';
import {
  type CfnUserPoolClient,
  UserPoolClient,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { MachineClientGrant } from './pre-token-generation.ts';
import { cognitoScope } from './sign-in-client.ts';
import type { IMcpUserPool } from './user-pool.ts';

export interface MachineClientProps extends MachineClientGrant {
  readonly userPool: IMcpUserPool;
  readonly resourceServer: UserPoolResourceServer;
}

/**
 * An app client for a program without a user (client_credentials). Its secret is shown in the
 * Cognito console and by `aws cognito-idp describe-user-pool-client`, never in the template.
 */
export class MachineClient extends Construct {
  readonly userPoolClientId: string;
  /** Unresolved: CloudFormation passes it on without showing it. */
  readonly clientSecret: string;

  constructor(scope: Construct, id: string, props: MachineClientProps) {
    super(scope, id);
    const client = new UserPoolClient(this, 'Client', {
      userPool: props.userPool.userPool,
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: props.scopes.map((name) => cognitoScope(props.resourceServer, name)),
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
    });
    // Left empty, Cognito would let users sign in through this client, past the browser (SRP).
    const resource = client.node.defaultChild as CfnUserPoolClient;
    resource.explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH'];
    this.userPoolClientId = client.userPoolClientId;
    this.clientSecret = resource.attrClientSecret;
  }
}
