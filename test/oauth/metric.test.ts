import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution } from '../../oauth/distribution.ts';
import { embeddedMetricLine, MetricCounter } from '../../oauth/embedded-metric.ts';
import {
  countedReasons,
  metricNames,
  observationOf,
  toolMetric,
  toolMetricLimit,
} from '../../oauth/metric.ts';
import { rejectionReasons, wireError } from '../../oauth/rejection.ts';
import {
  type EventDetails,
  type EventName,
  eventCatalogue,
  type SecurityEvent,
  securityEvent,
} from '../../oauth/security-event.ts';
import { extractMetrics } from '../support/embedded-metric.ts';

type Component = Parameters<typeof securityEvent>[1]['component'];

const anEvent = (
  name: EventName,
  details: EventDetails = {},
  component: Component = 'resource-server',
) => securityEvent(name, { time: 0, correlationId: 'c', component }, details);

const lineOf = (counter: MetricCounter) =>
  embeddedMetricLine({
    time: 0,
    namespace: 'SecureMcp/Test',
    component: 'resource-server',
    values: counter.take(),
  });

const countsOf = (event: SecurityEvent, tools?: readonly string[]) =>
  observationOf(event, tools).counts;

describe('which metrics an event moves', () => {
  it.each([
    [anEvent('access.allowed', { status: 200 }), ['Calls_allowed']],
    [
      anEvent('token.missing', { status: 401, reason: 'token_missing' }),
      ['Calls_challenged', 'Refusals_other'],
    ],
    [
      anEvent('token.rejected', { status: 401, reason: 'expired' }),
      ['Calls_unauthenticated', 'Refusals_expired'],
    ],
    [
      anEvent('tenant.denied', { status: 403, reason: 'tenant_mismatch' }),
      ['Calls_forbidden', 'Refusals_tenant_mismatch'],
    ],
    [
      anEvent('rate.limited', { status: 429, reason: 'rate_exceeded' }),
      ['Calls_limited', 'Refusals_rate_exceeded'],
    ],
    [anEvent('fault.unexpected', { status: 500 }), ['Calls_failed']],
    [anEvent('keys.refresh_failed'), ['KeyRefreshFailures']],
    [anEvent('service.started'), []],
    [anEvent('token.issued', {}, 'authorization-server'), ['Logins_issued']],
    [
      anEvent('token.refused', { reason: 'pkce_mismatch' }, 'authorization-server'),
      ['Logins_refused', 'Refusals_pkce_mismatch'],
    ],
    [
      anEvent('fault.unexpected', { reason: 'fault' }, 'authorization-server'),
      ['Logins_faulted', 'Refusals_other'],
    ],
    [anEvent('operator.refused', { reason: 'malformed' }, 'operator'), []],
  ])('%#: one count per decision and one per reason', (event, names) => {
    expect(countsOf(event)).toEqual(names);
  });

  it('does not count what a handler reports besides its answer, because that is no second call', () => {
    expect(countsOf(anEvent('fault.unexpected', { evidence: { error: 'Error' } }))).toEqual([]);
  });

  it('counts a tool by name only when it is on the list, because a caller can name any', () => {
    const call = (target: string) =>
      anEvent('access.allowed', { status: 200, operation: 'tools/call', target });
    expect(countsOf(call('add_note'), ['add_note'])).toContain('Tools_add_note');
    expect(countsOf(call('drop_table'), ['add_note'])).toContain('Tools_other');
    expect(countsOf(call('add_note'))).toEqual(['Calls_allowed']);
  });

  it('takes reasons that exist, because a misspelt one would count for ever as zero', () => {
    const ofCalls = countedReasons.filter((reason) =>
      (rejectionReasons as readonly string[]).includes(reason),
    );
    expect(ofCalls.length).toBeGreaterThan(9);
    for (const reason of ofCalls) expect(wireError(reason as never).status).toBeGreaterThan(399);
  });
});

describe('the number of metrics', () => {
  const manyTools = Array.from({ length: 50 }, (_, index) => `tool${index}`);
  /** Findings have a metric per rule that a process computes, and one counts what is severe. */
  const fromFilters = 16;

  it('is at most 60 with every tool metric, because each is billed', () => {
    expect(metricNames(manyTools).length + fromFilters).toBeLessThanOrEqual(60);
  });

  it('stays so under any event, because names that callers choose never become metrics', () => {
    const seen = new Set<string>();
    const text = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
    const hostile = fc.record({
      name: fc.constantFrom(...(Object.keys(eventCatalogue) as EventName[])),
      component: fc.constantFrom<Component>('resource-server', 'authorization-server', 'operator'),
      details: fc.record({
        reason: text,
        operation: fc.oneof(fc.constant('tools/call'), text),
        target: text,
        status: fc.integer(),
        durationMs: fc.double(),
        tenant: text,
        subject: text,
      }),
    });
    fc.assert(
      fc.property(hostile, ({ name, component, details }) => {
        const counter = new MetricCounter(manyTools);
        counter.count(anEvent(name, details, component));
        for (const metric of extractMetrics(lineOf(counter))) seen.add(metric.name);
      }),
      { numRuns: 2000 },
    );
    expect(seen.size).toBeGreaterThan(15);
    expect(
      [...seen].filter((name) => !(metricNames(manyTools) as string[]).includes(name)),
    ).toEqual([]);
  });

  it('takes an event code nobody knows as no metric at all', () => {
    const event = anEvent('access.allowed', { status: 200 });
    for (const code of ['__proto__', 'constructor', 'new.event', 'detection.x'])
      expect(
        countsOf({ ...event, metadata: { ...event.metadata, event_code: code as EventName } }),
      ).toEqual([]);
  });

  it('caps the tools that are listed', () => {
    expect(toolMetric(manyTools, `tool${toolMetricLimit}`)).toBe('Tools_other');
    expect(toolMetric(['a b\u0000'], 'a b\u0000')).toBe('Tools_a_b_');
  });
});

describe('a line of Embedded Metric Format', () => {
  it('keeps every rule of the format, with a hundred thousand calls in it', () => {
    const counter = new MetricCounter(['add_note']);
    for (let index = 0; index < 100_000; index += 1)
      counter.count(anEvent('access.allowed', { status: 200, durationMs: index % 1000 }));
    const metrics = extractMetrics(lineOf(counter));
    expect(metrics.find(({ name }) => name === 'Calls_allowed')?.values).toEqual([100_000]);
    expect(metrics.find(({ name }) => name === 'CallDuration')?.values).toHaveLength(100);
    expect(metrics.every(({ dimensions }) => Object.keys(dimensions).length === 0)).toBe(true);
  });

  it('counts each event once, because taking empties the counter', () => {
    const counter = new MetricCounter();
    counter.count(anEvent('access.allowed', { status: 200, durationMs: 1 }));
    expect(counter.take().size).toBe(2);
    expect(counter.take().size).toBe(0);
  });
});

describe('a summary of durations', () => {
  const quantile = (values: readonly number[], q: number) =>
    [...values].sort((a, b) => a - b)[Math.ceil(q * values.length) - 1] as number;

  it('keeps percentiles within three per cent and the largest value exactly', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 100_000 }), {
      minLength: 1,
      maxLength: 2000,
    });
    fc.assert(
      fc.property(durations, (values) => {
        const distribution = new Distribution();
        for (const value of values) distribution.add(value);
        const summary = distribution.summary(100);
        expect(summary).toHaveLength(Math.min(100, values.length));
        expect(Math.max(...summary)).toBe(Math.max(...values));
        if (values.length > 100) return;
        // One for one: within half a bucket.
        const sorted = [...values].sort((a, b) => a - b);
        summary.forEach((value, index) => {
          expect(Math.abs(value - (sorted[index] as number))).toBeLessThanOrEqual(
            0.03 * (sorted[index] as number) + 1,
          );
        });
      }),
    );
  });

  it('shows a slow hundredth of the calls as the 99th percentile, because that is what wakes people', () => {
    const distribution = new Distribution();
    for (let index = 0; index < 10_000; index += 1) distribution.add(index % 50 === 0 ? 5000 : 10);
    const summary = distribution.summary(100);
    expect(quantile(summary, 0.99)).toBeGreaterThan(4800);
    expect(quantile(summary, 0.5)).toBeLessThan(11);
  });

  it('ignores what is no duration', () => {
    const distribution = new Distribution();
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) distribution.add(value);
    expect(distribution.summary(100)).toEqual([]);
  });
});
