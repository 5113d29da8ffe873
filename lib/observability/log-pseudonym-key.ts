import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface LogPseudonymKeyProps {
  /**
   * Whether the key survives the stack. Without it nobody can look up what a kept log is about.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Key of the hashes that stand for token and grant ids in the security log, the same for server and
 * authorization server, so that a call joins its login. Made in AWS; no template holds it.
 *
 * Does not rotate by itself: hashes from before and after a rotation do not join.
 */
export class LogPseudonymKey extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: LogPseudonymKeyProps = {}) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Key of the hashes that stand for token and grant ids in the security log',
      generateSecretString: { passwordLength: 43, excludePunctuation: true, includeSpace: false },
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'the key opens nothing; a scheduled rotation would break the join between calls and logins in the log, docs/correlation.md says when and how to rotate',
    });
  }
}
