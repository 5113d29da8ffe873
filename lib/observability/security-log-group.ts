import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CustomDataIdentifier,
  DataIdentifier,
  DataProtectionPolicy,
  FieldIndexPolicy,
  LogGroup,
  RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface SecurityLogGroupProps {
  /** @default RetentionDays.ONE_YEAR */
  readonly retention?: RetentionDays;
  /**
   * Whether the log survives the stack. RETAIN also forbids to delete it by hand.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Encrypts the log. The log service is let in by the key's policy.
   *
   * @default - a key of the log service
   */
  readonly encryptionKey?: IKey;
}

/**
 * What an incident looks for, so that a search reads the lines that match and not all of them.
 * CloudWatch takes 20.
 */
export const indexedFields = [
  'class_uid',
  'metadata.event_code',
  'metadata.correlation_uid',
  'metadata.tenant_uid',
  'status_code',
  'severity_id',
  'src_endpoint.ip',
  'actor.user.uid',
  'actor.app_uid',
  'actor.session.uid',
  'actor.session.uid_alt',
  'unmapped.grant_uid',
] as const;

/**
 * Second line of defence: the writers never log these. A token of three parts of which two are JSON
 * is signed; the sealed client ids of dynamic registration have another form and stay readable.
 */
const masked = (): DataProtectionPolicy =>
  new DataProtectionPolicy({
    name: 'secrets',
    description: 'Masks what must not be in the log in the first place',
    identifiers: [
      DataIdentifier.AWSSECRETKEY,
      DataIdentifier.EMAILADDRESS,
      DataIdentifier.OPENSSHPRIVATEKEY,
      DataIdentifier.PGPPRIVATEKEY,
      DataIdentifier.PKCSPRIVATEKEY,
      new CustomDataIdentifier('SignedToken', 'eyJ[A-Za-z0-9_-]{10,}[.]eyJ[A-Za-z0-9_-]{10,}[.]'),
    ],
  });

/** Without it, the log service cannot write a line. Only for groups of this stack's account. */
const letLogServiceUse = (key: IKey, scope: Construct): void => {
  const { region, account, partition } = Stack.of(scope);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:Describe*',
      ],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
};

/**
 * Where a component writes security events. Guarantees: kept for a stated time, searchable by what
 * an incident asks for, e-mail addresses, keys and signed tokens masked for readers, not deleted
 * with the stack nor by hand unless asked otherwise.
 *
 * Does not keep anybody with rights on the log from reading it: `logs:Unmask` shows masked text.
 */
export class SecurityLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: SecurityLogGroupProps = {}) {
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    if (props.encryptionKey) letLogServiceUse(props.encryptionKey, scope);
    super(scope, id, {
      retention: props.retention ?? RetentionDays.ONE_YEAR,
      removalPolicy,
      encryptionKey: props.encryptionKey,
      deletionProtectionEnabled: removalPolicy !== RemovalPolicy.DESTROY,
      fieldIndexPolicies: [new FieldIndexPolicy({ fields: [...indexedFields] })],
      dataProtectionPolicy: masked(),
    });
  }
}
