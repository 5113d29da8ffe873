import { RemovalPolicy, SecretValue, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface AuthorizationServerSecretProps {
  /** Secret of the authorization server's app client, as an unresolved value. */
  readonly clientSecret: string;
  /** Key of the hashes in the log, shared with the server. */
  readonly logPseudonymKey: ISecret;
  /**
   * Whether the keys survive the stack. Without them stored grants cannot be opened.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** 43 letters and digits are 32 bytes of base64url, and 256 bits of randomness less two. */
const sealingKeyLength = 43;

/**
 * What the authorization server must keep to itself: its client secret and the keys that seal
 * cookies and stored tokens. Made in AWS at the first deployment; neither the template nor the
 * state of the CDK ever holds a value.
 *
 * Does not rotate by itself: a second key is put in front of the first by hand, and the function
 * picks it up within 15 minutes.
 */
export class AuthorizationServerSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: AuthorizationServerSecretProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const sealingKey = new Secret(this, 'SealingKey', {
      description: 'First sealing key of the authorization server; read only by the deployment',
      generateSecretString: {
        passwordLength: sealingKeyLength,
        excludePunctuation: true,
        includeSpace: false,
      },
      removalPolicy,
    });
    this.secret = new Secret(this, 'Secret', {
      description: 'Client secret and sealing keys of the authorization server',
      secretStringValue: SecretValue.unsafePlainText(
        Stack.of(this).toJsonString({
          clientSecret: props.clientSecret,
          sealingKeys: [{ id: '1', key: sealingKey.secretValue.unsafeUnwrap() }],
          logPseudonymKey: props.logPseudonymKey.secretValue.unsafeUnwrap(),
        }),
      ),
      removalPolicy,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'a scheduled rotation that drops a sealing key signs every user out; keys are rotated by adding one in front, the app client secret by a deployment',
    });
  }

  /** To read the current value, and nothing else. */
  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secret.secretArn],
    });
  }
}
