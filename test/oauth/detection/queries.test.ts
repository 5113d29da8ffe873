import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  acceptanceRatio,
  detectionPatterns,
  detectionQueries,
  type QueryDetection,
} from '../../../oauth/detection-queries.ts';
import { detectionIds, detectionRule } from '../../../oauth/detection-rules.ts';
import { defaultDetectionSettings } from '../../../oauth/detection-settings.ts';
import { metricNames } from '../../../oauth/metric.ts';
import { matchesPattern } from '../../support/filter-pattern.ts';
import { type LogLine, runQuery } from '../../support/logs-insights.ts';
import { noon } from './traces.ts';

/** The texts that CloudWatch runs, run here on lines as several tasks write them. */

const rowsOf = (id: QueryDetection, lines: readonly LogLine[]) =>
  runQuery(detectionQueries()[id].text, lines);

const lineOf = (
  seconds: number,
  event: string,
  fields: object = {},
  { logStream = 'task-1', sequence }: { logStream?: string; sequence?: number } = {},
): LogLine => {
  const metadata = { event_code: event, ...(sequence !== undefined && { sequence }) };
  const time = noon + seconds * 1000;
  return {
    message: JSON.stringify({ time, class_uid: 1, ...fields, metadata }),
    timestamp: time,
    logStream,
  };
};

const call = (seconds: number, ip: string, accessToken = 'a1', task = 'task-1') =>
  lineOf(
    seconds,
    'access.allowed',
    { src_endpoint: { ip }, actor: { user: { uid: 'ada' }, session: { uid: accessToken } } },
    { logStream: task },
  );

describe('D3, one access token from many networks', () => {
  it('is found although no task saw more than two, because the query reads the merged log', () => {
    const lines = Array.from({ length: 8 }, (_, index) =>
      call(index, `198.51.${index % 4}.${index}`, 'a1', `task-${index % 2}`),
    );
    expect(rowsOf('token_from_many_networks', lines)).toMatchObject([
      { access_token: 'a1', subject: 'ada', sites: 4, calls: 8, first: noon, last: noon + 7000 },
    ]);
  });

  it('counts IPv6 customers by /48', () => {
    const lines = ['2001:db8:1:2::1', '2001:db8:1:9::1', '2001:db8:2::1', '2001:db8::1', '::1'].map(
      (ip, index) => call(index, ip),
    );
    expect(rowsOf('token_from_many_networks', lines)).toMatchObject([{ sites: 4 }]);
  });

  it('does not find a traveller, many addresses of one network, or a new token in each', () => {
    const traveller = [1, 2, 3].map((site) => call(site, `198.51.${site}.1`));
    const office = Array.from({ length: 50 }, (_, index) =>
      call(index, `203.0.113.${index}`, 'a2'),
    );
    const careful = Array.from({ length: 9 }, (_, index) =>
      call(index, `10.${index}.1.1`, `t${index}`),
    );
    expect(rowsOf('token_from_many_networks', [...traveller, ...office, ...careful])).toEqual([]);
  });
});

describe('D14, authorization keeps failing', () => {
  const refusal = (index: number, reason: string, fields: object = {}) =>
    lineOf(
      index,
      index % 2 === 0 ? 'token.refused' : 'authorization.failed',
      {
        status_code: reason,
        src_endpoint: { ip: '203.0.113.7' },
        ...fields,
      },
      { logStream: `environment-${index % 3}` },
    );

  it('is found over all execution environments, by client or else by address', () => {
    const guesses = Array.from({ length: 10 }, (_, index) =>
      refusal(index, index % 3 === 0 ? 'code_unknown' : 'pkce_mismatch', {
        actor: { app_uid: 'dyn-1' },
      }),
    );
    const strangers = Array.from({ length: 12 }, (_, index) => refusal(index, 'client_unknown'));
    expect(rowsOf('authorization_failures', [...guesses, ...strangers])).toMatchObject([
      { client_or_address: 'dyn-1', failures: 10, reasons: 2 },
      { client_or_address: '203.0.113.7', failures: 12, reasons: 1 },
    ]);
  });

  it('does not find nine, nor what clients in order cause', () => {
    const nine = Array.from({ length: 9 }, (_, index) => refusal(index, 'code_unknown'));
    const ordinary = [
      'refresh_unknown',
      'consent_denied',
      'grant_expired',
      'transaction_expired',
    ].flatMap((reason) => Array.from({ length: 20 }, (_, index) => refusal(index, reason)));
    expect(rowsOf('authorization_failures', [...nine, ...ordinary])).toEqual([]);
  });
});

describe('D15, log loss', () => {
  const numbered = (sequences: readonly number[], logStream: string) =>
    sequences.map((sequence) => lineOf(sequence, 'access.allowed', {}, { logStream, sequence }));

  it('is one missing number of one task', () => {
    const lines = [...numbered([4, 5, 6, 8], 'task-1'), ...numbered([1, 2, 3], 'task-2')];
    expect(rowsOf('log_loss', lines)).toMatchObject([{ task: 'task-1', missing: 1 }]);
  });

  it('is not the order of arrival, a line that came twice, or other lines in the same stream', () => {
    const lines = [
      ...numbered([3, 1, 2, 2, 4], 'task-1'),
      { message: '{"_aws":{},"Calls_allowed":1}', logStream: 'task-1' },
      { message: 'not JSON', logStream: 'task-1' },
    ];
    expect(rowsOf('log_loss', lines)).toEqual([]);
  });

  it('is confessed by an event, which the metric filter counts', () => {
    const pattern = detectionPatterns.log_loss;
    expect(matchesPattern(pattern, lineOf(0, 'log.dropped').message)).toBe(true);
    expect(matchesPattern(pattern, lineOf(0, 'access.allowed').message)).toBe(false);
  });
});

describe('D17, connections faster than a person', () => {
  const connection = (index: number, subject: string) =>
    lineOf(index, 'authorization.completed', {
      user: { uid: subject },
      actor: { user: { uid: subject }, app_uid: `dyn-${index}` },
    });

  it('is five of one person in a minute, not five of five people', () => {
    const ada = Array.from({ length: 5 }, (_, index) => connection(index, 'ada'));
    const others = Array.from({ length: 20 }, (_, index) => connection(index, `user-${index}`));
    expect(rowsOf('impossible_consent_rate', [...ada, ...others])).toMatchObject([
      { subject: 'ada', connections: 5, clients: 5 },
    ]);
  });
});

describe('D7, registrations of the whole fleet', () => {
  it('counts both outcomes and nothing else', () => {
    const matching = ['client.registered', 'client.rejected', 'client.other', 'token.issued'].map(
      (event) => matchesPattern(detectionPatterns.registration_flood, lineOf(0, event).message),
    );
    expect(matching).toEqual([true, true, false, false]);
  });
});

describe('D16, the share of accepted calls', () => {
  const { expression, metrics, threshold } = acceptanceRatio();
  const IF = (condition: boolean, then: number, otherwise: number) =>
    condition ? then : otherwise;
  const fires = (allowed: number, refused: number): boolean =>
    Number(runInNewContext(expression, { IF, allowed, refused })) < threshold;

  it('fires when less than half of twenty is accepted', () => {
    expect(fires(9, 11)).toBe(true);
    expect(fires(0, 20)).toBe(true);
  });

  it('does not fire at half, with few calls, or without any', () => {
    expect(fires(10, 10)).toBe(false);
    expect(fires(0, 19)).toBe(false);
    expect(fires(0, 0)).toBe(false);
    expect(fires(1000, 400)).toBe(false);
  });

  it('names metrics that exist, because an alarm on another one sleeps for ever', () => {
    expect(metricNames()).toEqual(expect.arrayContaining(Object.values(metrics)));
  });
});

describe('every rule of the table', () => {
  it('that is a query has a text, and its thresholds are those of the settings', () => {
    const withQuery = detectionIds.filter((id) => detectionRule(id).computedIn === 'query');
    expect(Object.keys(detectionQueries()).sort()).toEqual([...withQuery].sort());
    const changed = detectionQueries({
      ...defaultDetectionSettings,
      log_loss: { mode: 'notify', threshold: 77, windowSeconds: 60 },
    });
    expect(changed.log_loss).toMatchObject({ windowSeconds: 60 });
    expect(changed.log_loss.text).toContain('missing >= 77');
  });
});
