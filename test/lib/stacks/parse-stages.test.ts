import { describe, expect, it } from 'vitest';
import { stages } from '../../../bin/stages.ts';
import { parseStages } from '../../../lib/stacks/parse-stages.ts';

const problemsOf = (value: unknown): readonly string[] => {
  try {
    parseStages(value);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n  - ').slice(1);
  }
};

const region = 'eu-west-1';

describe('the stages', () => {
  it('that come with the app can be used', () => {
    expect(parseStages(stages)).toBe(stages);
  });

  it.each<[string, unknown]>([
    ["'stages' must be named development, staging, production, got test", { test: { region } }],
    ["'production' must be an object, got null", { production: null }],
    ["'staging.region' must be a region such as eu-west-1, got undefined", { staging: {} }],
    [
      `'staging.account' must be an account of 12 digits, got 123`,
      { staging: { region, account: 123 } },
    ],
    [
      "'staging.minTask' must be one of region, account, productName, domain, scopes, groupScopes, tenants, clientDocuments, mfa, egress, natGateways, minTasks, maxTasks, useSpot, verifiedBy, testUser, alarms, alarmEmail, isDisposable, got an unknown key",
      { staging: { region, minTask: 1 } },
    ],
    [
      "'staging.domain.hostedZoneId' must be the id of a hosted zone, got undefined",
      { staging: { region, domain: { name: 'mcp.example.com', zoneName: 'example.com' } } },
    ],
    [
      "'staging.tenants' must be a list of at least one tenant id, got []",
      { staging: { region, tenants: [] } },
    ],
    [
      `'staging.egress' must be one of nat-gateway, nat-instance, isolated, got "none"`,
      { staging: { region, egress: 'none' } },
    ],
    [
      "'staging.natGateways' must be left out with nat-instance, got 2",
      { staging: { region, egress: 'nat-instance', natGateways: 2 } },
    ],
    [
      "'staging.natGateways' must be left out with isolated, got 1",
      { staging: { region, egress: 'isolated', natGateways: 1 } },
    ],
    [
      `'staging.alarmEmail' must be left out without alarms, got "a@example.com"`,
      { staging: { region, alarms: 'none', alarmEmail: 'a@example.com' } },
    ],
    [
      `'staging.alarms' must be one of full, essential, none, got "some"`,
      { staging: { region, alarms: 'some' } },
    ],
    [
      "'production.isDisposable' must be false, because production has users, got true",
      { production: { region, isDisposable: true } },
    ],
  ])('are refused: %s', (problem, value) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it('are refused with every problem at once, because nobody likes to be told one at a time', () => {
    expect(
      problemsOf({
        staging: { region: 'Ireland', mfa: 'off' },
        production: { region, useSpot: 'yes', scopes: [{ name: 'a b', description: 'A' }] },
      }),
    ).toHaveLength(4);
  });
});
