import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { McpWebAcl } from '../../../lib/index.ts';
import { aStack, resourcesOf } from '../../support/synth.ts';

/** From AWS's documentation of AWSManagedRulesCommonRuleSet: rule → last part of its label. */
const documentedLabels: Readonly<Record<string, string>> = {
  NoUserAgent_HEADER: 'NoUserAgent_Header',
  SizeRestrictions_QUERYSTRING: 'SizeRestrictions_QueryString',
  SizeRestrictions_BODY: 'SizeRestrictions_Body',
  EC2MetaDataSSRF_BODY: 'EC2MetaDataSSRF_Body',
  EC2MetaDataSSRF_QUERYARGUMENTS: 'EC2MetaDataSSRF_QueryArguments',
  GenericLFI_BODY: 'GenericLFI_Body',
  GenericRFI_BODY: 'GenericRFI_Body',
  GenericRFI_QUERYARGUMENTS: 'GenericRFI_QueryArguments',
  CrossSiteScripting_BODY: 'CrossSiteScripting_Body',
};

type Statement = Record<string, never> & {
  AndStatement: { Statements: Statement[] };
  OrStatement: { Statements: Statement[] };
  NotStatement: { Statement: Statement };
  LabelMatchStatement: { Key: string };
  ByteMatchStatement: { SearchString: string; PositionalConstraint: string };
};

type Rule = {
  Name: string;
  Priority: number;
  Action?: { Block?: { CustomResponse?: { ResponseCode: number; CustomResponseBodyKey: string } } };
  Statement: Statement & {
    ManagedRuleGroupStatement?: {
      Name: string;
      RuleActionOverrides?: { Name: string; ActionToUse: object }[];
    };
    RateBasedStatement?: { Limit: number; ScopeDownStatement?: Statement };
  };
};

const aWebAcl = (mcpPath?: string) => {
  const stack = aStack();
  new McpWebAcl(stack, 'WebAcl', mcpPath === undefined ? {} : { mcpPath });
  const template = Template.fromStack(stack);
  const [webAcl] = resourcesOf(template, 'AWS::WAFv2::WebACL');
  return { template, webAcl: webAcl?.Properties, rules: webAcl?.Properties.Rules as Rule[] };
};

const alternatives = (statement: Statement): Statement[] =>
  statement.OrStatement?.Statements ?? [statement];

/** Which rules count, and on which paths they do not block again. */
const exceptionsOf = (rules: readonly Rule[]) => {
  const counted = rules.flatMap(
    (rule) => rule.Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [],
  );
  const blockers = rules
    .filter((rule) => rule.Action?.Block)
    .flatMap((rule) => alternatives(rule.Statement))
    .filter((statement) => statement.AndStatement);
  const reblocked = blockers.flatMap(({ AndStatement }) => {
    const [labels, paths] = AndStatement.Statements as [Statement, Statement];
    return alternatives(labels).map(({ LabelMatchStatement }) => ({
      label: LabelMatchStatement.Key,
      except: alternatives(paths.NotStatement.Statement).map(
        ({ ByteMatchStatement: { SearchString, PositionalConstraint } }) =>
          PositionalConstraint === 'STARTS_WITH' ? `${SearchString}*` : SearchString,
      ),
    }));
  });
  return { counted, reblocked };
};

describe('the web ACL', () => {
  it('lets exactly the documented rules only count, because WAF ignores a misspelt name in silence', () => {
    const { counted } = exceptionsOf(aWebAcl().rules);
    expect(counted.map(({ Name }) => Name).sort()).toEqual(Object.keys(documentedLabels).sort());
    expect(counted.every(({ ActionToUse }) => 'Count' in ActionToUse)).toBe(true);
  });

  it('blocks every counted rule again by its label, because elsewhere nobody needs the exception', () => {
    const { reblocked } = exceptionsOf(aWebAcl().rules);
    const labels = Object.values(documentedLabels).map(
      (label) => `awswaf:managed:aws:core-rule-set:${label}`,
    );
    expect(reblocked.map(({ label }) => label).sort()).toEqual(labels.sort());
  });

  it('makes exceptions on MCP and OAuth paths only', () => {
    const { reblocked } = exceptionsOf(aWebAcl().rules);
    const paths = new Set(reblocked.flatMap(({ except }) => except));
    expect([...paths].sort()).toEqual([
      '/.well-known/*',
      '/mcp',
      '/oauth/*',
      '/oauth/authorize',
      '/oauth/register',
      '/oauth/revoke',
      '/oauth/token',
    ]);
  });

  it('blocks again after the group has set its labels, because labels only reach later rules', () => {
    const { rules } = aWebAcl();
    const names = rules.sort((a, b) => a.Priority - b.Priority).map(({ Name }) => Name);
    expect(names).toEqual([
      'AllowedMethods',
      'AWSManagedRulesAmazonIpReputationList',
      'RatePerAddress',
      'RatePerAccessToken',
      'RateOfSignIn',
      'RateOfRegistration',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
      'CoreRuleSetElsewhere',
    ]);
  });

  it('exempts the path it is told, because the endpoint need not be /mcp', () => {
    const { reblocked } = exceptionsOf(aWebAcl('/v1/tools').rules);
    expect(reblocked.flatMap(({ except }) => except)).not.toContain('/mcp');
    expect(reblocked.flatMap(({ except }) => except)).toContain('/v1/tools');
  });

  it('answers a rate limit with 429 in JSON, because clients of an API cannot read an HTML page', () => {
    const { rules, webAcl } = aWebAcl();
    const limited = rules.filter((rule) => rule.Statement.RateBasedStatement);
    expect(limited).toHaveLength(4);
    for (const { Action } of limited) {
      const response = Action?.Block?.CustomResponse;
      expect(response?.ResponseCode).toBe(429);
      const body = webAcl?.CustomResponseBodies[response?.CustomResponseBodyKey ?? ''];
      expect(body.ContentType).toBe('APPLICATION_JSON');
      expect(JSON.parse(body.Content)).toHaveProperty('error');
    }
  });

  it('allows registration the least, because it is open to strangers', () => {
    const limits = aWebAcl().rules.flatMap(({ Name, Statement }) =>
      Statement.RateBasedStatement ? [[Name, Statement.RateBasedStatement.Limit] as const] : [],
    );
    expect(Object.fromEntries(limits)).toEqual({
      RatePerAddress: 20_000,
      RatePerAccessToken: 3_000,
      RateOfSignIn: 600,
      RateOfRegistration: 60,
    });
  });

  it('masks tokens, cookies and query strings, because logs are read by more people than tokens are meant for', () => {
    const { webAcl } = aWebAcl();
    const masked = webAcl?.DataProtectionConfig.DataProtections;
    expect(masked).toEqual([
      {
        Action: 'SUBSTITUTION',
        Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization', 'cookie'] },
      },
      { Action: 'SUBSTITUTION', Field: { FieldType: 'QUERY_STRING' } },
    ]);
  });

  it('logs blocked requests to a group whose name WAF accepts, and keeps them for a limited time', () => {
    const { template } = aWebAcl();
    const [logGroup] = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(JSON.stringify(logGroup?.Properties.LogGroupName)).toMatch(/\["aws-waf-logs-/);
    expect(logGroup?.Properties.RetentionInDays).toBe(90);
    const [logging] = resourcesOf(template, 'AWS::WAFv2::LoggingConfiguration');
    expect(logging?.Properties.LoggingFilter.DefaultBehavior).toBe('DROP');
  });

  it('is refused outside us-east-1, because CloudFront looks nowhere else and CDK would not say so', () => {
    expect(() => new McpWebAcl(aStack('eu-west-1'), 'WebAcl')).toThrow(
      "'McpWebAcl' must be in a stack of region us-east-1, where CloudFront looks for it, got eu-west-1",
    );
  });
});
