import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, type CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { uniqueName } from '../unique-name.ts';

export interface BlockedRequestLogProps {
  readonly webAcl: CfnWebACL;
  /** @default RetentionDays.THREE_MONTHS */
  readonly retention?: RetentionDays;
  /**
   * What happens to the log when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What a firewall refused, and which rule it was. Allowed requests are not in it: others log those,
 * and they are many. What is masked in the web ACL is masked here.
 */
export class BlockedRequestLog extends Construct {
  constructor(scope: Construct, id: string, props: BlockedRequestLogProps) {
    super(scope, id);
    // WAF takes only groups whose name begins so.
    const logGroupName = uniqueName(this, 'aws-waf-logs');
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName,
      retention: props.retention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: props.webAcl.attrArn,
      // Not the group's own ARN: WAF refuses the `:*` at its end.
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }],
          },
        ],
      },
    });
    logging.node.addDependency(logGroup);
  }
}

/** Access tokens, login sessions and authorization codes: masked in logs and in sampled requests. */
export const maskedFields: CfnWebACL.DataProtectionConfigProperty = {
  dataProtections: [
    {
      action: 'SUBSTITUTION',
      field: { fieldType: 'SINGLE_HEADER', fieldKeys: ['authorization', 'cookie'] },
    },
    { action: 'SUBSTITUTION', field: { fieldType: 'QUERY_STRING' } },
  ],
};
