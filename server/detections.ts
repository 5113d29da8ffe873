import { detectingLog, recordFindings } from '../oauth/detecting-log.ts';
import { type AddToFleet, createDetector } from '../oauth/detection.ts';
import type { DetectionDetails } from '../oauth/detection-finding.ts';
import type { DetectionSettings } from '../oauth/detection-settings.ts';
import type { SecurityLog } from '../oauth/security-event.ts';
import { recordServiceEvent } from './service-event.ts';

/** The detections of one process, beside the requests and never in their way. */
export interface Detections {
  /** Record events here instead: they are recorded, and then looked at. */
  readonly securityLog: SecurityLog;
  readonly close: () => void;
}

/**
 * Counts what detections count for all tasks together, in Redis or Valkey. Never in the way of a
 * request: events are added up in memory and told to the store once a second. When the store is
 * slow, down or refuses, every task judges alone, as it would without one.
 */
export interface FleetWindows {
  readonly add: AddToFleet;
  /** Tells the store and asks it; what is to be reported by this task. Never rejects. */
  readonly flush: () => Promise<readonly DetectionDetails[]>;
  /** Judges without the store what it was not told yet: for the end. */
  readonly judgeAlone: () => readonly DetectionDetails[];
  /** Events that found no room and were judged alone. */
  readonly overflow: () => number;
}

export interface DetectionsOptions {
  readonly securityLog: SecurityLog;
  readonly settings: DetectionSettings;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where several processes count together. @default - this one counts alone */
  readonly fleetWindows?: FleetWindows;
}

/** Events of one turn of the event loop that wait to be looked at; about 10 ms of work. */
const longestQueue = 5000;
const sweepMs = 30_000;
/** How late the other processes hear of what this one counted. */
const flushMs = 1000;
const component = 'resource-server';

/**
 * Looks at events when the turn of the event loop that recorded them is over. Guarantees bounded
 * memory and that no fault in here reaches a request; what was not looked at, or had to be
 * forgotten, is counted and confessed twice a minute.
 */
export const createDetections = ({
  securityLog,
  settings,
  now,
  fleetWindows,
}: DetectionsOptions): Detections => {
  const log = { securityLog, component } as const;
  const detector = createDetector('process', settings, fleetWindows?.add);
  let queue: (() => void)[] = [];
  let skipped = 0;
  let faults = 0;
  let confessed = 0;

  const work = (): void => {
    const due = queue;
    queue = [];
    for (const look of due)
      try {
        look();
      } catch {
        faults += 1;
      }
  };
  const afterwards = (look: () => void): void => {
    if (queue.length >= longestQueue) {
      skipped += 1;
      return;
    }
    queue.push(look);
    if (queue.length === 1) setImmediate(work);
  };
  const confess = (): void => {
    const { evictions } = detector.state();
    const countedAlone = fleetWindows?.overflow() ?? 0;
    const unseen = skipped + faults + evictions + countedAlone;
    if (unseen === confessed) return;
    confessed = unseen;
    const evidence = {
      skipped,
      faults,
      forgottenKeys: evictions,
      ...(fleetWindows && { countedAlone }),
    };
    recordServiceEvent({ securityLog, now }, 'detections.degraded', evidence);
  };
  const timer = setInterval(() => {
    recordFindings(log, detector.sweep(now()), now());
    confess();
  }, sweepMs);
  timer.unref();
  const flush = async (fleet: FleetWindows): Promise<void> => {
    try {
      recordFindings(log, await fleet.flush(), now());
    } catch {
      faults += 1;
    }
  };
  const flushing = fleetWindows && setInterval(() => void flush(fleetWindows), flushMs);
  flushing?.unref();

  return {
    securityLog: detectingLog(log, detector, afterwards),
    close: () => {
      clearInterval(timer);
      clearInterval(flushing);
      work();
      if (fleetWindows) recordFindings(log, fleetWindows.judgeAlone(), now());
    },
  };
};
