import {
  CrossStackReferences,
  ReferenceStrength,
  type RemovalPolicy,
  Resource,
  Stack,
  Token,
} from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { aws_wafv2 } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { BlockedRequestLog, maskedFields } from './blocked-request-log.ts';
import { responseBodies, webAclRules } from './web-acl-rules.ts';

export interface McpWebAclProps {
  /**
   * Path of the MCP endpoint.
   *
   * @default '/mcp'
   */
  readonly mcpPath?: string;
  /**
   * Requests of one address in five minutes. Hosted clients bring thousands of users from few. A
   * brake against floods, above the server's own limit, which is exact.
   *
   * @default 20000
   */
  readonly requestsPerAddress?: number;
  /**
   * Requests with one access token in five minutes.
   *
   * @default 3000
   */
  readonly requestsPerAccessToken?: number;
  /**
   * How long blocked requests are kept.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Whether the log of blocked requests survives the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly logRemovalPolicy?: RemovalPolicy;
}

/** CloudFront takes its web ACL and its certificate from here only. */
export const edgeRegion = 'us-east-1';

/**
 * The firewall in front of CloudFront that knows MCP. Guarantees: AWS's managed rules, where they
 * would refuse lawful MCP or OAuth requests only there; a limit per address, per access token, and
 * tight ones on sign-in and registration, answered in JSON; only blocked requests are logged,
 * without tokens, cookies and query strings.
 *
 * Does not count exactly: limits that must be exact are the server's own.
 *
 * @example
 * const edge = new Stack(app, 'Edge', { env: { region: 'us-east-1' } });
 * const webAcl = new McpWebAcl(edge, 'WebAcl');
 */
export class McpWebAcl extends Resource implements aws_wafv2.IWebACLRef {
  readonly webAclRef: aws_wafv2.WebACLReference;
  /** What CloudWatch calls it: `WebACL` of AWS/WAFV2, in us-east-1. */
  readonly metricName: string;

  constructor(scope: Construct, id: string, props: McpWebAclProps = {}) {
    super(scope, id);
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region) && region !== edgeRegion)
      throw new Error(
        `'McpWebAcl' must be in a stack of region ${edgeRegion}, where CloudFront looks for it, got ${region}`,
      );
    // Several stages in one account would share a fixed name, and with it their counts.
    this.metricName = `McpWebAcl-${this.node.addr.slice(-8)}`;
    const webAcl = this.createWebAcl(props);
    this.webAclRef = webAcl.webAclRef;
    // A distribution in another region reads the stack's output: no function has to carry it over.
    CrossStackReferences.of(webAcl).produce(ReferenceStrength.WEAK);
    new BlockedRequestLog(this, 'BlockedRequests', {
      webAcl,
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
    });
  }

  private createWebAcl(props: McpWebAclProps): CfnWebACL {
    const rules = webAclRules(props.mcpPath ?? '/mcp', {
      perAddress: props.requestsPerAddress ?? 20_000,
      perAccessToken: props.requestsPerAccessToken ?? 3_000,
      signIn: 600,
      registration: 60,
    });
    return new CfnWebACL(this, 'Resource', {
      description: 'In front of a remote MCP server',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules,
      customResponseBodies: responseBodies,
      visibilityConfig: {
        metricName: this.metricName,
        cloudWatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
      },
      dataProtectionConfig: maskedFields,
    });
  }
}
