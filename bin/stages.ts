import type { Stages } from '../lib/stacks/stage-configuration.ts';

/** The one place to edit before `cdk deploy`. What is left out has a safe default. */
export const stages: Stages = {
  development: {
    region: 'us-east-1',
    productName: 'MCP server (development)',
    egress: 'nat-instance',
    minTasks: 1,
    maxTasks: 2,
    useSpot: true,
    alarms: 'essential',
    isDisposable: true,
  },
  staging: {
    region: 'us-east-1',
    productName: 'MCP server (staging)',
    minTasks: 1,
    useSpot: true,
  },
  production: {
    region: 'us-east-1',
    productName: 'MCP server',
    // A second one for 36 USD a month lets tasks outlive the loss of the first one's zone.
    natGateways: 1,
    // Confirm the mail that comes after the first deployment; without it, alarms ring unheard.
    // alarmEmail: 'security@example.com',
    // Give production its domain before the first user signs in: tokens are bound to it.
    // domain: { name: 'mcp.example.com', hostedZoneId: 'Z0123456789', zoneName: 'example.com' },
  },
};
