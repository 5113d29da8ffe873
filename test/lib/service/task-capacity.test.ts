import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { describe, expect, it } from 'vitest';
import { saturationFigure, scaledAt } from '../../../bench/quarter.ts';
import { readResults } from '../../../bench/report.ts';
import { McpServerCode, McpService } from '../../../lib/index.ts';
import { LoadBalancer } from '../../../lib/service/load-balancer.ts';
import {
  cpuPercent,
  headroom,
  requestsPerMinute,
  smallestCpu,
} from '../../../lib/service/task-capacity.ts';
import type { ServerEnvironment } from '../../../server/environment.ts';
import { aStack, resourcesOf } from '../../support/synth.ts';

const measured = readResults().quarter?.figures?.[saturationFigure] ?? Number.NaN;

const aService = (cpu: number) => {
  const stack = aStack();
  const vpc = new Vpc(stack, 'Vpc');
  new McpService(stack, 'Service', {
    vpc,
    cpu,
    memoryLimitMiB: cpu * 2,
    loadBalancer: new LoadBalancer(stack, 'LoadBalancer', { vpc }),
    code: McpServerCode.fromImage(ContainerImage.fromRegistry('server')),
    environment: {} as ServerEnvironment,
  });
  const template = Template.fromStack(stack);
  const [task] = resourcesOf(template, 'AWS::ECS::TaskDefinition');
  const variables = task?.Properties.ContainerDefinitions[0].Environment as
    | { readonly Name: string; readonly Value: string }[]
    | undefined;
  return {
    places: variables?.find(({ Name }) => Name === 'MAX_CONCURRENT_CALLS')?.Value,
    targets: resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ({ Properties }) => Properties.TargetTrackingScalingPolicyConfiguration.TargetValue,
    ),
  };
};

describe('another task is started', () => {
  it('long before the smallest one is saturated, by what was measured last', () => {
    expect(measured).toBeGreaterThan(0);
    // The benchmark and the template speak of the same share.
    expect(scaledAt).toBe(headroom);
    expect(requestsPerMinute(smallestCpu) / 60).toBeLessThanOrEqual(headroom * measured);
    // On a core of half the speed, and by a server that has just rested: still below.
    expect(requestsPerMinute(smallestCpu) / 60).toBeLessThanOrEqual((headroom * measured) / 4);
  });

  it('at 60 % of the CPU, or at 200 calls a second, where three-second calls have 60 % of the places', () => {
    expect(aService(256)).toEqual({ places: undefined, targets: [60, 12_000] });
  });

  it('at twice as many by a task twice as large, which is given the places for them', () => {
    expect(aService(512)).toEqual({ places: '2000', targets: [60, 24_000] });
  });

  it('at no more calls by a task of several cores, and while one core is 60 % full, because a process of Node computes on one', () => {
    const { places, targets } = aService(1024);
    expect(aService(4096)).toEqual({ places, targets: [15, targets[1]] });
    expect(cpuPercent(1024, 1)).toBe(60);
  });

  it('counts the cores of a guarded server beside its guard, because they are two processes', () => {
    expect(cpuPercent(2048, 2)).toBe(60);
    expect(cpuPercent(4096, 2)).toBe(30);
  });
});
