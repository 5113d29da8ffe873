import { describe, expect, it } from 'vitest';
import { Authorization, Detection, TrustedIssuer } from '../../lib/index.ts';
import { detectionFinding } from '../../oauth/detection-finding.ts';
import { matchesPattern } from '../support/filter-pattern.ts';
import { aServer, resourcesOf } from '../support/synth.ts';

const environmentOf = (template: ReturnType<ReturnType<typeof aServer>['template']>) => {
  const [task] = resourcesOf(template, 'AWS::ECS::TaskDefinition').filter(({ Properties }) =>
    JSON.stringify(Properties).includes('RESOURCE_IDENTIFIER'),
  );
  const { ContainerDefinitions } = task?.Properties ?? {};
  const variables = ContainerDefinitions.flatMap(
    ({ Environment = [] }: { Environment?: { Name: string; Value: unknown }[] }) => Environment,
  ) as { Name: string; Value: unknown }[];
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
};

const functionVariables = (
  template: ReturnType<ReturnType<typeof aServer>['template']>,
  description: RegExp,
): Record<string, unknown> =>
  resourcesOf(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    description.test(String(Properties.Description)),
  )?.Properties.Environment.Variables;

const finding = (ruleId: string, activity: 'create' | 'update' | 'close' = 'create'): string =>
  JSON.stringify(
    detectionFinding(
      { time: 0, correlationId: 'c'.repeat(32), component: 'resource-server' },
      {
        ruleId,
        title: 'x',
        activity,
        severity: 4,
        key: 'ada',
        windowStartedAt: 0,
        firstSeenAt: 0,
        lastSeenAt: 0,
        relatedEvents: 1,
        evidences: [{ subject: 'ada' }],
      },
    ),
  );

describe('by default', () => {
  const template = aServer().template();

  it('no finding acts: there is no subscription and no rule, because ending access is a decision', () => {
    expect(resourcesOf(template, 'AWS::Logs::SubscriptionFilter')).toEqual([]);
    expect(JSON.stringify(resourcesOf(template, 'AWS::Events::Rule'))).not.toContain('Finding');
  });

  it('the server reads the revocations of its own authorization server', () => {
    const { REVOCATION_FEED } = environmentOf(template);
    expect(JSON.stringify(REVOCATION_FEED)).toMatch(/\/oauth\/revocations"\]\]\}$/);
  });
});

describe('chosen detections', () => {
  const template = aServer({
    detections: {
      expired_token_storm: Detection.off(),
      scope_probing: Detection.notify({ threshold: 8 }),
      cross_tenant_probe: Detection.respond(),
      refresh_token_reuse: Detection.respond({ windowSeconds: 600 }),
    },
  }).template();
  const json =
    '{"expired_token_storm":{"mode":"off"},"scope_probing":{"threshold":8,"mode":"notify"},"cross_tenant_probe":{"mode":"respond"},"refresh_token_reuse":{"windowSeconds":600,"mode":"respond"}}';

  it('are what server, broker and operator are told alike', () => {
    expect(environmentOf(template).DETECTIONS).toBe(json);
    expect(functionVariables(template, /authorization server for MCP/).DETECTIONS).toBe(json);
    expect(functionVariables(template, /operator asks/).DETECTIONS).toBe(json);
  });

  it('deliver new findings that may act to the operator, from both logs, and nothing else', () => {
    const filters = resourcesOf(template, 'AWS::Logs::SubscriptionFilter');
    expect(filters).toHaveLength(2);
    for (const { Properties, DependsOn } of filters) {
      const passes = (line: string) => matchesPattern(Properties.FilterPattern, line);
      expect(passes(finding('cross_tenant_probe'))).toBe(true);
      expect(passes(finding('refresh_token_reuse'))).toBe(true);
      expect(passes(finding('refresh_token_reuse', 'update'))).toBe(false);
      expect(passes(finding('refresh_token_reuse', 'close'))).toBe(false);
      expect(passes(finding('scope_probing'))).toBe(false);
      expect(passes('{"class_uid":3002,"activity_id":1}')).toBe(false);
      expect(JSON.stringify(DependsOn)).toMatch(/MayDeliver/);
    }
  });

  it('let only these two logs call the operator', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal === 'logs.amazonaws.com',
    );
    expect(permissions).toHaveLength(2);
    for (const { Properties } of permissions) {
      expect(Properties.SourceArn).toHaveProperty('Fn::GetAtt');
      expect(Properties.SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
    }
  });

  it('let whoever may put events confirm a finding by hand', () => {
    const rule = resourcesOf(template, 'AWS::Events::Rule').find(({ Properties }) =>
      JSON.stringify(Properties.EventPattern).includes('Detection Finding'),
    );
    expect(rule?.Properties.EventPattern).toEqual({
      source: ['cdk-secure-mcp'],
      'detail-type': ['Detection Finding'],
      detail: {
        class_uid: [2004],
        activity_id: [1],
        metadata: {
          event_code: ['detection.cross_tenant_probe', 'detection.refresh_token_reuse'],
        },
      },
    });
  });
});

describe('the alarms on queries', () => {
  const alarms = (detections?: Record<string, Detection>) =>
    resourcesOf(aServer({ detections }).template(), 'AWS::CloudWatch::LogAlarm').map(
      ({ Properties }) => Properties.ScheduledQueryConfiguration.QueryString as string,
    );

  it('count as the settings say, and are not there for what is off', () => {
    const changed = alarms({
      token_from_many_networks: Detection.notify({ threshold: 9 }),
      impossible_consent_rate: Detection.off(),
    });
    expect(changed).toHaveLength(alarms().length - 1);
    expect(changed.filter((text) => text.includes('sites >= 9'))).toHaveLength(1);
    expect(alarms().filter((text) => text.includes('sites >= 4'))).toHaveLength(1);
  });
});

describe('what cannot be', () => {
  it.each([
    [{ sql_injection: Detection.off() }, "'detections' sql_injection is no detection"],
    [
      { invalid_token_burst: Detection.respond() },
      "'detections' invalid_token_burst cannot respond",
    ],
    [
      { scope_probing: Detection.notify({ threshold: 99 }) },
      "'detections' scope_probing.threshold must be a whole number from 1 to 16",
    ],
  ])('is said at synth: %j', (detections, problem) => {
    expect(() => aServer({ detections })).toThrow(problem);
  });
});

describe('with an issuer of somebody else', () => {
  it('there is nothing to revoke here and nobody to act', () => {
    const issuer = TrustedIssuer.entraId({
      issuerUrl: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
      audience: ['api://mcp'],
      clients: ['11111111-2222-3333-4444-666666666666'],
    });
    const template = aServer({
      authorization: Authorization.external(issuer),
      detections: { cross_tenant_probe: Detection.respond() },
    }).template();
    expect(environmentOf(template)).not.toHaveProperty('REVOCATION_FEED');
    expect(resourcesOf(template, 'AWS::Logs::SubscriptionFilter')).toEqual([]);
  });
});
