import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { brokerPaths } from '../../oauth/well-known.ts';
import { coreRuleSetLabels, exceptionGroups } from './managed-rule-exceptions.ts';
import { allOf, anyOf, hasLabel, methodIs, not, pathIs } from './web-acl-statements.ts';

/** The rules of the web ACL, in the order in which they run: cheap and certain first. */

type Rule = CfnWebACL.RuleProperty;
/** As it is written down: its place in the list is its priority. */
export type UnnumberedRule = Omit<Rule, 'priority' | 'visibilityConfig'>;

export const tooManyRequestsBody = 'TooManyRequests';
export const methodNotAllowedBody = 'MethodNotAllowed';

/** What a refused client reads. Clients of an API can do nothing with an HTML page. */
export const responseBodies = {
  [tooManyRequestsBody]: {
    contentType: 'APPLICATION_JSON',
    content:
      '{"error":"temporarily_unavailable","error_description":"too many requests, slow down"}',
  },
  [methodNotAllowedBody]: {
    contentType: 'APPLICATION_JSON',
    content: '{"error":"invalid_request","error_description":"method not allowed"}',
  },
};

const tooManyRequests: CfnWebACL.RuleActionProperty = {
  block: {
    customResponse: {
      responseCode: 429,
      customResponseBodyKey: tooManyRequestsBody,
      responseHeaders: [{ name: 'retry-after', value: '60' }],
    },
  },
};

/** Requests in five minutes before a caller has to wait. WAF counts roughly, every ten seconds. */
export interface RateLimits {
  /** Of one address. Hosted clients bring thousands of users from a few addresses. */
  readonly perAddress: number;
  /** With one access token. */
  readonly perAccessToken: number;
  /** Of one address to the endpoints that sign in and hand out tokens. */
  readonly signIn: number;
  /** Of one address and TLS fingerprint to the registration endpoint. */
  readonly registration: number;
}

const window = 300;

const allowedMethods: UnnumberedRule = {
  name: 'AllowedMethods',
  statement: not(anyOf(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'].map(methodIs))),
  action: {
    block: {
      customResponse: { responseCode: 405, customResponseBodyKey: methodNotAllowedBody },
    },
  },
};

const managedGroup = (name: string, overrides: readonly string[] = []): UnnumberedRule => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ...(overrides.length > 0 && {
        ruleActionOverrides: overrides.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      }),
    },
  },
});

const rateRules = (limits: RateLimits): readonly UnnumberedRule[] => [
  {
    name: 'RatePerAddress',
    action: tooManyRequests,
    statement: {
      rateBasedStatement: {
        limit: limits.perAddress,
        evaluationWindowSec: window,
        aggregateKeyType: 'IP',
      },
    },
  },
  {
    name: 'RatePerAccessToken',
    action: tooManyRequests,
    statement: {
      rateBasedStatement: {
        limit: limits.perAccessToken,
        evaluationWindowSec: window,
        aggregateKeyType: 'CUSTOM_KEYS',
        // Requests without the header are not counted here; the rule above counts them.
        customKeys: [
          {
            header: {
              name: 'authorization',
              textTransformations: [{ priority: 0, type: 'NONE' }],
            },
          },
        ],
      },
    },
  },
  {
    name: 'RateOfSignIn',
    action: tooManyRequests,
    statement: {
      rateBasedStatement: {
        limit: limits.signIn,
        evaluationWindowSec: window,
        aggregateKeyType: 'IP',
        scopeDownStatement: anyOf(
          [
            brokerPaths.authorize,
            brokerPaths.consent,
            brokerPaths.callback,
            brokerPaths.token,
            brokerPaths.revoke,
          ].map(pathIs),
        ),
      },
    },
  },
  {
    name: 'RateOfRegistration',
    action: tooManyRequests,
    statement: {
      rateBasedStatement: {
        limit: limits.registration,
        evaluationWindowSec: window,
        aggregateKeyType: 'CUSTOM_KEYS',
        customKeys: [{ ip: {} }, { ja4Fingerprint: { fallbackBehavior: 'MATCH' } }],
        scopeDownStatement: pathIs(brokerPaths.register),
      },
    },
  },
];

/**
 * Blocks what the core rule set only counted, everywhere but on the paths that need it. One rule,
 * since each costs a dollar a month; the log names the label, and with it the row of the table.
 */
const blockElsewhere = (mcpPath: string): UnnumberedRule => ({
  name: 'CoreRuleSetElsewhere',
  action: { block: {} },
  statement: anyOf(
    exceptionGroups.map(({ paths, exceptions }) =>
      allOf(
        anyOf(exceptions.map(({ label }) => hasLabel(coreRuleSetLabels + label))),
        not(anyOf(paths.map((path) => pathIs(path === 'MCP' ? mcpPath : path)))),
      ),
    ),
  ),
});

const countedRules = exceptionGroups.flatMap(({ exceptions }) =>
  exceptions.map(({ rule }) => rule),
);

/** @param mcpPath path of the MCP endpoint, such as `/mcp` */
export const webAclRules = (mcpPath: string, limits: RateLimits): Rule[] =>
  [
    allowedMethods,
    managedGroup('AWSManagedRulesAmazonIpReputationList'),
    ...rateRules(limits),
    managedGroup('AWSManagedRulesKnownBadInputsRuleSet'),
    managedGroup('AWSManagedRulesCommonRuleSet', countedRules),
    blockElsewhere(mcpPath),
  ].map((rule, index) => ({
    ...rule,
    priority: index,
    visibilityConfig: {
      metricName: rule.name,
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
    },
  }));
