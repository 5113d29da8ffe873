import type { DetectionDetails } from './detection-finding.ts';
import type { Tally } from './detection-lines.ts';
import type { DetectionLineSetting } from './detection-settings.ts';
import type { Observation } from './observation.ts';
import type { OpenFindings } from './open-findings.ts';
import { countedIn, startOfWindow, windowOf } from './sliding-count.ts';

/**
 * What one task counted since it last told the others, and what the sum over all tasks means. Where
 * the sum is kept, and who of several tasks reports a finding, is up to the caller.
 */

/** One event that a rule counts. */
export interface FleetEvent {
  /** Which line of which rule: the same in every task. */
  readonly line: string;
  readonly key: string;
  readonly limit: DetectionLineSetting;
  readonly observation: Observation;
  readonly findings: OpenFindings;
  /** The events of this task alone are enough. */
  readonly crossed?: Tally;
}

/** Events of one line, key and window that the other tasks do not know of yet. */
export interface FleetCount extends Omit<FleetEvent, 'observation' | 'crossed'> {
  /** Number of the window since the epoch. */
  readonly window: number;
  events: number;
  last: Observation;
  crossed?: Tally;
}

/** Events of all tasks. */
export interface FleetTotals {
  readonly current: number;
  readonly previous: number;
}

export interface FleetShare {
  /** `false` when there is no room: the event must be judged without the others. */
  readonly add: (event: FleetEvent) => boolean;
  /** Everything since the last time; begins anew. */
  readonly take: () => readonly FleetCount[];
  /** Events there was no room for. */
  readonly overflow: () => number;
}

/**
 * Guarantees: holds at most `limitKeys` counts per line, whatever is sent; what floods one line takes
 * no room from another.
 */
export const createFleetShare = (limitKeys: number): FleetShare => {
  let lines = new Map<string, Map<string, FleetCount>>();
  let overflow = 0;
  return {
    add: ({ observation, crossed, ...event }) => {
      const window = windowOf(observation.time, event.limit.windowSeconds);
      const counts = lines.get(event.line) ?? new Map<string, FleetCount>();
      lines.set(event.line, counts);
      const id = `${window} ${event.key}`;
      const known = counts.get(id);
      if (!known && counts.size >= limitKeys) {
        overflow += 1;
        return false;
      }
      const count = known ?? { ...event, window, events: 0, last: observation };
      if (!known) counts.set(id, count);
      count.events += 1;
      count.last = observation;
      if (crossed) count.crossed = crossed;
      return true;
    },
    take: () => {
      const taken = [...lines.values()].flatMap((counts) => [...counts.values()]);
      lines = new Map();
      return taken;
    },
    overflow: () => overflow,
  };
};

/**
 * Whether it is enough, by the threshold that one task alone has, too. Guarantees that asking the
 * fleet never makes a rule less sensitive: what this task saw by itself stays enough.
 */
export const tallyOf = (count: FleetCount, totals?: FleetTotals): Tally | undefined => {
  const { limit, window, last, crossed, events: added } = count;
  const { threshold, windowSeconds } = limit;
  const { current, previous } = totals ?? { current: 0, previous: 0 };
  const sum = countedIn({ window, current, previous, firstAt: 0 }, last.time, windowSeconds);
  if (sum < threshold) return crossed && { ...crossed, added };
  const events = Math.round(sum);
  const openedAt = startOfWindow(last.time, windowSeconds);
  const firstAt = previous > 0 ? openedAt - windowSeconds * 1000 : openedAt;
  return { events, added, firstAt, counts: { ofAllTasks: events } };
};

/** Without the others: what this task saw by itself. */
export const judgedAlone = (count: FleetCount): DetectionDetails | undefined => {
  const tally = tallyOf(count);
  return tally && count.findings.report(count.key, count.last, tally);
};
