import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { detectionPatterns } from '../../oauth/detection-queries.ts';
import { resigned } from '../support/compact-jwt.ts';
import { matchesPattern } from '../support/filter-pattern.ts';
import { eventCode } from '../support/local-deployment.ts';
import { aDay, type Day, repeat } from './day.ts';
import { type DeployedAlarm, deployedAlarms } from './deployed-alarms.ts';
import { WrittenLog } from './written-log.ts';

/**
 * What no process can see alone: the alarms of the template on the lines that a day really wrote, with
 * what they are there for made to happen. Each rings once, in its scene, and never in the clean part.
 */

const people = ['alice', 'bob', 'carol'];
const began = Date.UTC(2026, 10, 25, 7);
const { namespace, onMetrics, onLogs } = deployedAlarms();

let log: WrittenLog;
let day: Day;
let clientId: string;

const minutePasses = async (count = 1): Promise<void> => {
  await log.flush();
  // Metrics are written each minute, by the interval that is set forward here.
  vi.advanceTimersByTime(count * 60_000);
  await log.flush();
};

const connectAll = async (): Promise<void> => {
  for (const username of people) {
    await day.connect(username, clientId);
    await minutePasses();
  }
};

const callsOf = (username: string, count: number) =>
  repeat(count, () => day.call(day.tokens[username]));

/** Everybody calls, each minute. */
const work = async (minutes: number, calls = 2): Promise<void> => {
  await repeat(minutes, async () => {
    for (const username of people) await callsOf(username, calls);
    await minutePasses();
  });
};

const cleanPart = async (): Promise<void> => {
  await connectAll();
  await work(20);
  // One network (the office is the third), one refusal, one connection fewer than a finding.
  await repeat(2, (index) => day.call(day.tokens.alice, { address: `198.51.${index}.1` }));
  await repeat(9, (index) => day.guessCode(clientId, `198.51.100.${index}`));
  await repeat(4, () => day.connect('carol', clientId));
  await work(10);
  // Half of the calls of five minutes are refused, and no more.
  await minutePasses(5 - ((Date.now() / 60_000) % 5));
  const expired = await resigned(day.local, day.tokens.bob as string, {
    exp: Math.floor(Date.now() / 1000) - 5,
  });
  await repeat(15, () => day.call(expired));
  await callsOf('alice', 15);
  await minutePasses(5);
  // A reader that is slow, but loses nothing.
  log.stick();
  await work(5);
  await log.readOn();
  await work(5);
};

const stuckReader = async (): Promise<void> => {
  log.stick();
  for (let minute = 0; minute < 30 && log.dropped < 100; minute += 1) await work(1, 200);
  await log.readOn();
  await work(5);
};

const withdrawnKey = async (): Promise<void> => {
  await day.local.simulator.rotateSigningKeys({ withdraw: true });
  // The first one with a new access token makes the server look at the keys.
  await day.connect('carol', clientId);
  await repeat(10, async () => {
    await callsOf('carol', 2);
    await callsOf('alice', 4);
    await callsOf('bob', 4);
    await minutePasses();
  });
  await connectAll();
  await work(10);
};

const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  D3: () => repeat(6, (index) => day.call(day.tokens.alice, { address: `198.51.${index}.1` })),
  D14: () => repeat(12, (index) => day.guessCode(clientId, `198.51.100.${index % 4}`)),
  D17: () => repeat(6, () => day.connect('carol', clientId)),
  D15: stuckReader,
  D16: withdrawnKey,
};

/** When the clean part was over, and when each scene was. */
const spans: Record<string, { readonly from: number; readonly to: number }> = {};

const during = async (name: string, part: () => Promise<unknown>): Promise<void> => {
  const from = Date.now();
  await part();
  // Longer than every window, so that an alarm of this part does not ring in the next one.
  await minutePasses(95);
  spans[name] = { from, to: Date.now() };
};

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: began });
  log = new WrittenLog(namespace);
  day = await aDay({ alsoTo: log.securityLog });
  clientId = await day.register();
  await during('clean', cleanPart);
  for (const [name, scene] of Object.entries(scenes))
    await during(name, async () => {
      await connectAll();
      await work(5);
      await scene();
    });
  await during('evening', async () => {
    await connectAll();
    await work(30);
  });
}, 60_000);
afterAll(async () => {
  vi.useRealTimers();
  await day.local.close();
});

/** The parts of the day in which the alarm rang. */
const partsOf = (alarm: DeployedAlarm, phaseSeconds = 0): readonly string[] =>
  alarm
    .rings(log.lines, { from: began, to: Date.now(), phaseSeconds })
    .map(
      (at) => Object.entries(spans).find(([, { from, to }]) => at >= from && at < to)?.[0] ?? '',
    );

describe('alarms on the merged log', () => {
  it('are those of D3, D14, D15 and D17', () => {
    expect(onLogs.map(({ number }) => number).sort()).toEqual(['D14', 'D15', 'D17', 'D3']);
  });

  // Nobody knows when a schedule begins.
  const phases = [0, 20, 40, 60, 80, 100].flatMap((phase) =>
    onLogs.map((alarm) => [alarm.number, phase, alarm] as const),
  );
  it.each(phases)('%s rings once, in its scene, when it runs %i s into the day', (...row) => {
    const [number, phase, alarm] = row;
    expect(partsOf(alarm, phase)).toEqual([number]);
  });
});

describe('alarms on metrics of the fleet', () => {
  it.each(onMetrics.map((alarm) => [alarm.number, alarm] as const))(
    '%s rings once in its scene, or not at all on a day without one',
    (number, alarm) => {
      expect(partsOf(alarm)).toEqual(number in scenes ? [number] : []);
    },
  );

  it('are those of D1, D7, D15 and D16', () => {
    expect(onMetrics.map(({ number }) => number).sort()).toEqual(['D1', 'D15', 'D16', 'D7']);
  });
});

describe('the log itself', () => {
  it('lost lines to the stuck reader, and one line confesses them to the last', () => {
    const confessions = log.lines.filter(({ message }) =>
      matchesPattern(detectionPatterns.log_loss, message),
    );
    expect(log.dropped).toBeGreaterThanOrEqual(100);
    expect(confessions).toHaveLength(1);
    expect(JSON.parse(confessions[0]?.message ?? '').unmapped.evidence.dropped).toBe(log.dropped);
  });

  it('has the findings of the rules that a process sees as well, and of no other', () => {
    const found = day.local.events.filter(
      (event) => eventCode(event).startsWith('detection.') && event.activity_id === 1,
    );
    expect(found.map(eventCode)).toEqual([
      'detection.token_from_many_networks',
      'detection.authorization_failures',
      'detection.impossible_consent_rate',
    ]);
    expect(day.local.faults).toEqual([]);
  });
});
