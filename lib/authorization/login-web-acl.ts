import { type RemovalPolicy, Resource } from 'aws-cdk-lib';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { BlockedRequestLog, maskedFields } from '../edge/blocked-request-log.ts';
import type { UnnumberedRule } from '../edge/web-acl-rules.ts';
import { anyOf, not, pathIs } from '../edge/web-acl-statements.ts';
import { signInRequestRules } from './sign-in-request-rules.ts';
import type { IMcpUserPool } from './user-pool.ts';

export interface LoginWebAclProps {
  readonly userPool: IMcpUserPool;
  /**
   * Requests of one address to the login pages in five minutes.
   *
   * @default 500
   */
  readonly requestsPerAddress?: number;
  /**
   * Refuses sign-ins that are not for this MCP URL or do without PKCE, and every sign-in past the
   * browser. For clients that talk to Cognito directly, which demands none of it.
   *
   * @default - no such demand: the authorization server of this package makes it
   */
  readonly requiredResource?: string;
  /**
   * What happens to the log of blocked requests when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly logRemovalPolicy?: RemovalPolicy;
}

/** The authorization server calls these for all users, from the few addresses of its functions. */
const calledByServer = ['/oauth2/token', '/oauth2/revoke'].map(pathIs);

/**
 * The firewall of the login page, which is a public door of its own: CloudFront's does not see it.
 * Guarantees: addresses of bad reputation and guessers of passwords are stopped before Cognito
 * counts them against its quotas.
 *
 * Does not inspect what is typed: Cognito shows passwords and user names to no firewall.
 */
export class LoginWebAcl extends Resource {
  constructor(scope: Construct, id: string, props: LoginWebAclProps) {
    super(scope, id);
    const webAcl = new CfnWebACL(this, 'Resource', {
      description: 'In front of the login page of a remote MCP server',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('LoginWebAcl'),
      rules: loginRules(props).map((rule, index) => ({
        ...rule,
        priority: index,
        visibilityConfig: visible(`Login${rule.name.replace(/^Login/, '')}`),
      })),
      dataProtectionConfig: maskedFields,
    });
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.userPool.userPool.userPoolArn,
      webAclArn: webAcl.attrArn,
    });
    new BlockedRequestLog(this, 'BlockedRequests', {
      webAcl,
      removalPolicy: props.logRemovalPolicy,
    });
  }
}

const visible = (metricName: string) => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

const loginRules = (props: LoginWebAclProps): readonly UnnumberedRule[] => {
  const scopeDownStatement = not(anyOf(calledByServer));
  const reputation = 'AWSManagedRulesAmazonIpReputationList';
  return [
    {
      name: reputation,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: { vendorName: 'AWS', name: reputation, scopeDownStatement },
      },
    },
    {
      name: 'LoginRatePerAddress',
      action: { block: {} },
      statement: {
        rateBasedStatement: {
          limit: props.requestsPerAddress ?? 500,
          evaluationWindowSec: 300,
          aggregateKeyType: 'IP',
          scopeDownStatement,
        },
      },
    },
    ...(props.requiredResource ? signInRequestRules(props.requiredResource) : []),
  ];
};
