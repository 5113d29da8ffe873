import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import type { DetectionDetails } from '../oauth/detection-finding.ts';
import type { Tally } from '../oauth/detection-lines.ts';
import {
  createFleetShare,
  type FleetCount,
  type FleetTotals,
  judgedAlone,
  tallyOf,
} from '../oauth/fleet-count.ts';
import type { FleetWindows } from './detections.ts';
import type { SharedStore } from './shared-store.ts';

export interface FleetWindowsOptions {
  /** What the tasks have in common; counts of another name never meet. */
  readonly name: string;
  /** The same in every task. Keys are hashed under it, so that the store names nobody. */
  readonly secret: string;
  /** From here on, windows are those of this task alone. */
  readonly onDegraded: (cause: string) => void;
  readonly onRestored: () => void;
}

/**
 * Keys of one line per second and task: three commands each, a few milliseconds of work for either
 * side. What a flood makes up leaves at most 24 000 keys per line of a minute and task in the store.
 */
const maxKeys = 200;

type Commands = (readonly (string | number)[])[];
type Answer = readonly [error: Error | null, value: unknown];

const causeOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** An answer or an error for each command; also when there is no connection at all. */
const send = async ({ commands }: SharedStore, batch: Commands): Promise<readonly Answer[]> => {
  if (batch.length === 0) return [];
  try {
    return (await commands.pipeline(batch.map((command) => [...command])).exec()) ?? [];
  } catch {
    return [];
  }
};

/** Names of what is in the store: 128 bits of a keyed hash, nothing of an address, client or token. */
const storeNames = (name: string, secret: string) => {
  const key = createSecretKey(secret, 'utf8');
  const hash = (line: string, value: string): string =>
    createHmac('sha256', key).update(`${name}\n${line}\n${value}`).digest('base64url').slice(0, 22);
  return {
    window: ({ line, key: value }: FleetCount, window: number) =>
      `mcp-window:${hash(line, value)}:${window}`,
    claim: ({ line, key: value }: FleetCount) => `mcp-finding:${hash(line, value)}`,
  };
};

type StoreNames = ReturnType<typeof storeNames>;

const addUp = async (
  store: SharedStore,
  names: StoreNames,
  counts: readonly FleetCount[],
): Promise<readonly (FleetTotals | undefined)[]> => {
  const answers = await send(
    store,
    counts.flatMap((count) => {
      const current = names.window(count, count.window);
      return [
        ['incrby', current, count.events],
        // Read for one window more after its own.
        ['pexpire', current, 2 * count.limit.windowSeconds * 1000],
        ['get', names.window(count, count.window - 1)],
      ];
    }),
  );
  return counts.map((_, index) => {
    const [added, , before] = answers.slice(3 * index, 3 * index + 3);
    if (!added || !before || added[0] || before[0]) return undefined;
    return { current: Number(added[1]), previous: Number(before[1] ?? 0) };
  });
};

interface Verdict {
  readonly count: FleetCount;
  readonly tally: Tally;
}

/**
 * One task reports a key: the first to claim it, for as long as its finding is open. A task that
 * ends takes its finding with it; its claim expires, and another one may begin anew. Without an
 * answer everybody reports: twice is better than never.
 */
const claimed = async (
  store: SharedStore,
  names: StoreNames,
  verdicts: readonly Verdict[],
  task: string,
): Promise<readonly boolean[]> => {
  const answers = await send(
    store,
    verdicts.map(({ count }) => {
      const { findings, key } = count;
      const claim = ['set', names.claim(count), task, 'PX', findings.quietMs];
      return findings.isOpen(key) ? claim : [...claim, 'NX'];
    }),
  );
  return verdicts.map((_, index) => {
    const [error, value] = answers[index] ?? [];
    return error !== null || value === 'OK';
  });
};

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

/** Whether the store is asked; each change is reported once. One hiccup is none. */
const watchStore = (
  { commands }: SharedStore,
  { onDegraded, onRestored }: Pick<FleetWindowsOptions, 'onDegraded' | 'onRestored'>,
) => {
  let isAvailable = true;
  let isDegraded = false;
  const answered = (): void => {
    isAvailable = true;
    if (isDegraded) onRestored();
    isDegraded = false;
  };
  const silent = (error: unknown): void => {
    isAvailable = false;
    if (!isDegraded) onDegraded(causeOf(error));
    isDegraded = true;
  };
  return {
    isAvailable: () => isAvailable,
    probe: () => commands.ping().then(answered, silent),
  };
};

/**
 * Guarantees: bounded memory here and in the store, one flush at a time, and that no key, address,
 * client or token can be read from the store without `secret`. Counts that the store may or may not
 * have got are not told again: the fleet then counts too little, this task never does.
 * Does not close the store.
 */
export const createFleetWindows = (
  store: SharedStore,
  { name, secret, ...reports }: FleetWindowsOptions,
): FleetWindows => {
  const task = randomUUID();
  const names = storeNames(name, secret);
  const share = createFleetShare(maxKeys);
  const watch = watchStore(store, reports);
  let isFlushing = false;

  const ask = async (counts: readonly FleetCount[]): Promise<readonly DetectionDetails[]> => {
    const totals = await addUp(store, names, counts);
    const verdicts = counts
      .map((count, index) => ({ count, tally: tallyOf(count, totals[index]) }))
      .filter((verdict): verdict is Verdict => verdict.tally !== undefined);
    const mine = await claimed(store, names, verdicts, task);
    if (totals.includes(undefined)) await watch.probe();
    return verdicts
      .map(({ count: { findings, key, last }, tally }, index) =>
        // Opened a moment ago by its count of the window before: ours as well.
        mine[index] || findings.isOpen(key) ? findings.report(key, last, tally) : undefined,
      )
      .filter(isDefined);
  };

  return {
    add: (event) => watch.isAvailable() && share.add(event),
    flush: async () => {
      if (isFlushing) return [];
      isFlushing = true;
      try {
        if (!watch.isAvailable()) await watch.probe();
        const counts = share.take();
        return counts.length === 0 ? [] : await ask(counts);
      } finally {
        isFlushing = false;
      }
    },
    judgeAlone: () => share.take().map(judgedAlone).filter(isDefined),
    overflow: share.overflow,
  };
};
