import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choiceCosts, stageCosts } from '../../bin/stage-costs.ts';
import { costDocument } from '../../cost/cost-document.ts';
import { allowanceOf, type CostItem, summed, totalOf } from '../../cost/cost-item.ts';
import { costTable } from '../../cost/cost-table.ts';
import { freeResources } from '../../cost/free-resources.ts';
import { monthlyFloor } from '../../cost/monthly-floor.ts';
import { prices } from '../../cost/price-table.ts';
import { resourceCosts } from '../../cost/resource-costs.ts';

process.env.CDK_VALIDATION = 'false';

const costs = stageCosts();

const floorOf = (name: string): number =>
  costs.find(({ stage }) => stage === name)?.floorWithAllowancesUsd ?? Number.NaN;

const template = (resources: Record<string, unknown>) => ({ Resources: resources });

const one = (Type: string, Properties: Record<string, unknown> = {}) =>
  monthlyFloor([template({ It: { Type, Properties } })]);

const usd = (items: readonly CostItem[]): number => Math.round(totalOf(items) * 100) / 100;

describe('the stages', () => {
  it('cost less than a person expects: production below 93 dollars a month, development below 45', () => {
    expect(floorOf('Production')).toBeLessThan(93);
    expect(floorOf('Development')).toBeLessThan(45);
    // A mistake that forgets most of it would pass the lines above.
    expect(floorOf('Production')).toBeGreaterThan(80);
    expect(floorOf('Development')).toBeGreaterThan(35);
  });

  it('cost least in development, which docs/cost.md names as the cheapest that is secure', () => {
    expect(Math.min(...costs.map(({ floorUsd }) => floorUsd))).toBe(
      costs.find(({ stage }) => stage === 'Development')?.floorUsd,
    );
  });

  it('cost less than four dollars for a million calls', () => {
    for (const { perMillionUsd } of costs) {
      expect(perMillionUsd).toBeLessThan(4);
      expect(perMillionUsd).toBeGreaterThan(2);
    }
  });

  it('are described in docs/cost.md as they are: npm run cost -- --write', () => {
    const document = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
    expect(document).toBe(costDocument(costs, choiceCosts(costs)));
  });

  it('are explained line by line in a terminal, with sums that are the sum of the lines', () => {
    for (const cost of costs) {
      const amounts = costTable(cost)
        .split('\n\n')[0]
        ?.split('\n')
        .flatMap((line) => /^ {2}(.{26}) *([\d.]+) {3}/.exec(line) ?? [])
        .filter((_, index) => index % 3 === 2)
        .map(Number) as number[];
      const sum = amounts.pop() as number;
      expect(Math.abs(amounts.reduce((total, amount) => total + amount, 0) - sum)).toBeLessThan(
        0.1,
      );
    }
  });
});

describe('a price', () => {
  it('says where it is published and when it was looked up', () => {
    for (const [name, price] of Object.entries(prices)) {
      expect(price.source, name).toMatch(/^https:\/\/aws\.amazon\.com\/.+/);
      expect(price.asOf, name).toMatch(/^20\d\d-\d\d$/);
      expect(price.usd, name).toBeGreaterThan(0);
    }
  });

  it('is either there or not needed, because a type in both tables would be counted by chance', () => {
    expect(Object.keys(resourceCosts).filter((type) => type in freeResources)).toEqual([]);
  });
});

describe('what a template costs', () => {
  it('is an error for a type that nobody has priced, because it would be forgotten', () => {
    expect(() => one('AWS::Redshift::Cluster')).toThrow(/got AWS::Redshift::Cluster: add it/);
  });

  it.each([
    ['AWS::EC2::NatGateway', {}, 32.85],
    ['AWS::EC2::EIP', {}, 3.65],
    ['AWS::EC2::VPCEndpoint', {}, 0],
    ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] }, 14.6],
    ['AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', Rules: [{}, {}] }, 7],
    ['AWS::CloudWatch::Alarm', {}, 0.1],
    [
      'AWS::CloudWatch::Alarm',
      { Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'a/b' }] },
      0.2,
    ],
    [
      'AWS::CloudWatch::Alarm',
      { Metrics: [{ MetricStat: {} }, { Expression: 'ANOMALY_DETECTION_BAND(m)' }] },
      0.3,
    ],
    ['AWS::CloudWatch::CompositeAlarm', {}, 0.5],
    ['AWS::Logs::MetricFilter', { MetricTransformations: [{ DefaultValue: 0 }] }, 0.3],
    ['AWS::Logs::MetricFilter', { MetricTransformations: [{}] }, 0],
    ['AWS::Cognito::UserPoolClient', { AllowedOAuthFlows: ['client_credentials'] }, 6],
    ['AWS::Cognito::UserPoolClient', { AllowedOAuthFlows: ['code'] }, 0],
    ['AWS::ElastiCache::ServerlessCache', { Engine: 'valkey' }, 6.13],
    ['Custom::Anything', {}, 0],
  ])('%s %j: %d', (type, properties, expected) => {
    expect(usd(one(type, properties))).toBe(expected);
  });

  it.each([
    ['AWS::EC2::Instance', { InstanceType: 'p5.48xlarge' }, /instance type whose price is known/],
    ['AWS::ElastiCache::ServerlessCache', { Engine: 'redis' }, /must be Valkey/],
    [
      'AWS::ECS::Cluster',
      { ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] },
      /Insights off/,
    ],
    [
      'AWS::WAFv2::WebACL',
      {
        Rules: [
          {
            Statement: { ManagedRuleGroupStatement: { Name: 'AWSManagedRulesBotControlRuleSet' } },
          },
        ],
      },
      /got AWSManagedRulesBotControlRuleSet/,
    ],
    ['AWS::ECS::Service', { DesiredCount: { Ref: 'Parameter' } }, /task definition beside it/],
  ])('%s with something dear is an error and no guess', (type, properties, message) => {
    expect(() => one(type, properties)).toThrow(message);
  });

  it('counts the tasks that auto scaling keeps, on what they run', () => {
    const service = (strategy: unknown[]) =>
      usd(
        monthlyFloor([
          template({
            Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '256', Memory: '512' } },
            Service: {
              Type: 'AWS::ECS::Service',
              Properties: {
                DesiredCount: 9,
                TaskDefinition: { Ref: 'Task' },
                CapacityProviderStrategy: strategy,
              },
            },
            Scaling: {
              Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
              Properties: {
                ServiceNamespace: 'ecs',
                MinCapacity: 2,
                ResourceId: {
                  'Fn::Join': ['', ['service/', { 'Fn::GetAtt': ['Service', 'Name'] }]],
                },
              },
            },
          }),
        ]),
      );
    expect(service([])).toBe(14.42);
    expect(service([{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }])).toBe(7.21);
    expect(
      service([
        { CapacityProvider: 'FARGATE', Base: 1, Weight: 0 },
        { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
      ]),
    ).toBe(10.81);
  });

  it('takes an allowance off once, however many things share it', () => {
    const alarms = [1, 2].map(
      () => ({ label: 'a', price: 'alarmMetricMonth', quantity: 8 }) as const,
    );
    expect(allowanceOf(alarms)).toBeCloseTo(1);
    expect(totalOf(summed(alarms))).toBeCloseTo(1.6);
  });
});
