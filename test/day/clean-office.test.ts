import { afterEach, describe, expect, it } from 'vitest';
import type { SecurityEvent } from '../../oauth/security-event.ts';
import {
  aPost,
  aResourceServer,
  modernRequest,
  type TestServer,
} from '../support/resource-server.ts';
import { anAccessToken, aSigningKey, frozenNow, jwksResponse } from '../support/tokens.ts';

/**
 * An office of 500 behind one address, on an ordinary day: everybody calls every ten minutes, access
 * tokens expire hourly and are refreshed, the server is deployed anew, a signing key is withdrawn, and
 * one client is broken. `DAY_HOURS=12 npm run test:day` is the long form.
 */

const people = 500;
const hours = Math.max(3, Number(process.env.DAY_HOURS ?? 3));
const minuteMs = 60_000;
const restartAt = 60;
const rotationAt = 95;
const brokenAt = [30, 31, 32, 33];

let now = frozenNow;
let signingKey = aSigningKey('monday');
const servers: TestServer[] = [];
const past: SecurityEvent[] = [];

const start = async (): Promise<TestServer> => {
  const server = await aResourceServer({
    now: () => now,
    fetchJwks: async () => jwksResponse(signingKey),
  });
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const seconds = (): number => Math.floor(now / 1000);
const freshToken = (person: number, age = 0): string =>
  anAccessToken(signingKey, {
    sub: `person-${person}`,
    jti: `jti-${person}-${now}`,
    origin_jti: `sign-in-${person}`,
    iat: seconds() - age,
    auth_time: seconds() - age,
    exp: seconds() - age + 3600,
  });

const { body, headers } = modernRequest('tools/call', {
  name: 'search_notes',
  arguments: { words: '' },
});

const statusOf = async (server: TestServer, token: string): Promise<number> => {
  const response = await server.send(aPost(body, { token, headers }));
  await response.text();
  return response.status;
};

const codes = (events: readonly SecurityEvent[]) =>
  events.filter(({ metadata }) => metadata.event_code.startsWith('detection.'));

describe('a clean day', () => {
  it('leaves no finding above severity 2, whatever a whole office does at once', async () => {
    let server = await start();
    const tokens = Array.from({ length: people }, (_, person) =>
      freshToken(person, ((person * 7) % 60) * 60),
    );
    const brokenToken = freshToken(9999, 4000);
    let refreshes = 0;
    for (let minute = 0; minute < hours * 60; minute += 1) {
      now = frozenNow + minute * minuteMs;
      if (minute === restartAt) {
        past.push(...server.log.events);
        server = await start();
      }
      if (minute === rotationAt) signingKey = aSigningKey('tuesday');
      if (brokenAt.includes(minute))
        for (let repeated = 0; repeated < 150; repeated += 1) await statusOf(server, brokenToken);
      for (let person = minute % 10; person < people; person += 10) {
        now += 900;
        if ((await statusOf(server, tokens[person] as string)) === 200) continue;
        tokens[person] = freshToken(person);
        refreshes += 1;
        expect(await statusOf(server, tokens[person] as string)).toBe(200);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const events = [...past, ...server.log.events];
    const reasons = new Set(events.map(({ status_code: reason }) => reason).filter(Boolean));
    expect([...reasons].sort()).toEqual(['expired', 'kid_unknown']);
    expect(refreshes).toBeGreaterThan(people * 2);
    const findings = codes(events);
    expect(findings.filter(({ severity_id: severity }) => severity > 2)).toEqual([]);
    // The broken client is found, as what it is.
    expect([...new Set(findings.map(({ metadata }) => metadata.event_code))].sort()).toEqual([
      'detection.bad_token_hammered',
      'detection.expired_token_storm',
    ]);
  }, 120_000);
});
