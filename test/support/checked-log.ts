import { afterAll, afterEach, expect } from 'vitest';
import type { SecurityEvent, SecurityLog } from '../../oauth/security-event.ts';
import { ocsfProblems } from './ocsf/validate.ts';

/**
 * A log for tests that keeps what it gets, and fails the test during which an event was no OCSF or
 * too long for a log line: so every test that makes events is a test of them.
 */

const maxEventBytes = 8 * 1024;
const problems: string[] = [];

const expectNoProblems = (): void => {
  expect(problems.splice(0), 'events that are no OCSF').toEqual([]);
};

afterEach(expectNoProblems);
afterAll(expectNoProblems);

export const checkEvent = (event: SecurityEvent): void => {
  const found = [...ocsfProblems(event)];
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) found.push('too long');
  if (found.length > 0) problems.push(`${found.join('; ')} in ${JSON.stringify(event)}`);
};

export const checkedLog = (events: SecurityEvent[]): SecurityLog => ({
  record: (event) => {
    checkEvent(event);
    events.push(event);
  },
});
