import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCalmPublisher } from '../../../server/changes/calm-publisher.ts';
import type { Change } from '../../../server/changes/change.ts';

const updated = (uri: string): Change => ({
  kind: 'resource_updated',
  uri,
  reach: { kind: 'tenant', tenant: 'acme' },
});

let told: Change[] = [];
const aPublisher = () => createCalmPublisher((change) => told.push(change), 250);

beforeEach(() => {
  told = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

it('tells the first change at once and a thousand more once, because listeners are told that, not how often', () => {
  const calm = aPublisher();
  calm.publish(updated('a'));
  expect(told).toHaveLength(1);
  for (let round = 0; round < 1000; round += 1) calm.publish(updated('a'));
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(250);
  expect(told).toHaveLength(2);
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(2);
});

it('never swallows the last change, because whoever read in between has an old copy', () => {
  const calm = aPublisher();
  for (let time = 0; time < 1000; time += 100) {
    calm.publish(updated('a'));
    vi.advanceTimersByTime(100);
  }
  const before = told.length;
  calm.publish(updated('a'));
  vi.advanceTimersByTime(250);
  expect(told.length).toBeGreaterThan(before);
  expect(told.length).toBeLessThanOrEqual(7);
});

it('keeps changes apart that differ in what or for whom', () => {
  const calm = aPublisher();
  calm.publish(updated('a'));
  calm.publish(updated('b'));
  calm.publish({ ...updated('a'), reach: { kind: 'tenant', tenant: 'evil' } });
  calm.publish({ kind: 'tools_list_changed', reach: { kind: 'everybody' } });
  expect(told).toHaveLength(4);
});

it('tells nothing after it was closed', () => {
  const calm = aPublisher();
  calm.publish(updated('a'));
  calm.publish(updated('a'));
  calm.close();
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
});
