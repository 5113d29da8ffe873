import type { DetectionDetails } from './detection-finding.ts';
import {
  burstLine,
  countLine,
  distinctLine,
  type Line,
  shareLine,
  type Tally,
} from './detection-lines.ts';
import { detectionMatches, keyOf, type Matches } from './detection-matches.ts';
import {
  type DetectionId,
  type DetectionLimit,
  type DetectionPlace,
  type DetectionRule,
  detectionIds,
  detectionRule,
} from './detection-rules.ts';
import type { DetectionLineSetting, DetectionSettings } from './detection-settings.ts';
import type { FleetEvent } from './fleet-count.ts';
import type { Observation } from './observation.ts';
import { createOpenFindings, type OpenFindings } from './open-findings.ts';

/**
 * Security events in, findings out. Runs the rules of one place; those that need the merged log are
 * queries and alarms, see {@link file://./detection-queries.ts}.
 */
export interface Detector {
  /** Never waits, throws or writes: whoever calls reports what comes back. */
  readonly observe: (observation: Observation) => readonly DetectionDetails[];
  /** Ends findings that have been quiet, also when no event comes any more. */
  readonly sweep: (time: number) => readonly DetectionDetails[];
  readonly state: () => {
    readonly keys: number;
    readonly openFindings: number;
    /** Keys that had to be forgotten although something was counted for them. */
    readonly evictions: number;
  };
}

/** Keys a flood can make up; the other rules count what only somebody with a genuine token sends. */
const manyKeys = 50_000;
const someKeys = 10_000;
const keyLimits: Partial<Record<DetectionId, number>> = {
  invalid_token_burst: manyKeys,
  bad_token_hammered: someKeys,
  unknown_key_ids: someKeys,
};

/** After a change of keys, other processes may know a key sooner than this one. */
const keyChangeGraceMs = 5 * 60_000;
/** After one was withdrawn, whoever holds a token of it comes once more, within its hour. */
const withdrawnKeyGraceMs = 60 * 60_000;
const sweepEveryMs = 30_000;
const none: readonly DetectionDetails[] = [];

/** A rule's line at work. */
interface Watch {
  readonly id: DetectionId;
  readonly counted: Matches['counted'];
  readonly relieved?: string;
  readonly keyOf: (observation: Observation) => string | undefined;
  readonly valueOf?: Matches['value'];
  readonly line: Line;
  /** Of a line whose events can be counted over several processes. */
  readonly fleet?: Pick<FleetEvent, 'line' | 'limit'>;
  readonly findings: OpenFindings;
  /** Of a second line on the same key: it makes the finding of the first one worse. */
  readonly worse?: DetectionLimit['severity'];
}

const lineOf = (
  kind: Matches['kind'],
  setting: DetectionLineSetting & { readonly ratio?: number },
  limitKeys: number,
): Line => {
  const { ratio = 1 } = setting;
  if (kind === 'count') return countLine(setting, limitKeys);
  if (kind === 'distinct') return distinctLine(setting, limitKeys);
  return kind === 'share'
    ? shareLine({ ...setting, ratio }, limitKeys)
    : burstLine({ ...setting, ratio }, limitKeys);
};

const findingsOf = (
  id: DetectionId,
  { severity }: DetectionLimit,
  kind: Matches['kind'],
  { windowSeconds }: DetectionLineSetting,
): OpenFindings =>
  createOpenFindings({
    id,
    title: detectionRule(id).title,
    severity,
    windowSeconds,
    analytic: kind === 'burst' ? 'statistical' : 'rule',
  });

/**
 * A sum can be kept by many; different values, shares and means are those of one process. One event
 * that is enough by itself needs nobody else.
 */
const fleetOf = (
  id: DetectionId,
  kind: Matches['kind'],
  { key }: DetectionLimit,
  limit: DetectionLineSetting,
): Pick<Watch, 'fleet'> =>
  kind === 'count' && limit.threshold > 1
    ? { fleet: { line: `${id} by ${key} in ${limit.windowSeconds}`, limit } }
    : {};

const watchesOf = (id: DetectionId, settings: DetectionSettings): readonly Watch[] => {
  const matches = detectionMatches[id];
  const setting = settings[id];
  if (!matches || setting.mode === 'off') return [];
  const rule = detectionRule(id);
  const limitKeys = keyLimits[id] ?? someKeys;
  const { kind, counted, relieved, value } = matches;
  const findings = findingsOf(id, rule, kind, setting);
  const first: Watch = {
    id,
    counted,
    ...(relieved !== undefined && { relieved }),
    keyOf: keyOf[rule.key],
    ...(value && { valueOf: value }),
    line: lineOf(kind, setting, limitKeys),
    ...fleetOf(id, kind, rule, setting),
    findings,
  };
  if (!rule.second || !setting.second) return [first];
  const other = matches.second ?? { kind };
  const isSameKey = rule.second.key === rule.key;
  const second: Watch = {
    id,
    counted,
    keyOf: keyOf[rule.second.key],
    ...(other.value && { valueOf: other.value }),
    line: lineOf(other.kind, setting.second, limitKeys),
    findings: isSameKey ? findings : findingsOf(id, rule.second, other.kind, setting.second),
    ...(!isSameKey && fleetOf(id, other.kind, rule.second, setting.second)),
    ...(isSameKey && { worse: rule.second.severity }),
  };
  return [first, second];
};

const isComputedIn = (place: DetectionPlace, { computedIn, alsoIn = [] }: DetectionRule): boolean =>
  computedIn === place || alsoIn.includes(place);

/** Event name → what has to be done about it; most events concern no rule at all. */
const byEvent = (
  watches: readonly Watch[],
  eventsOf: (watch: Watch) => readonly string[],
): ReadonlyMap<string, readonly Watch[]> => {
  const names = new Set(watches.flatMap(eventsOf));
  return new Map(
    [...names].map((name) => [name, watches.filter((watch) => eventsOf(watch).includes(name))]),
  );
};

/** `false`: nobody will ask the other processes; the event is judged here and now. */
export type AddToFleet = (event: FleetEvent) => boolean;

const judged = (
  watch: Watch,
  observation: Observation,
  addToFleet: AddToFleet,
): DetectionDetails | undefined => {
  const key = watch.keyOf(observation);
  if (key === undefined) return undefined;
  const value = watch.valueOf ? watch.valueOf(observation) : '';
  if (value === undefined) return undefined;
  const tally: Tally | undefined = watch.line.count(key, observation.time, value);
  const { fleet, findings } = watch;
  if (
    fleet &&
    addToFleet({ ...fleet, key, observation, findings, ...(tally && { crossed: tally }) })
  )
    return undefined;
  if (!tally) return undefined;
  return watch.worse === undefined
    ? watch.findings.report(key, observation, tally)
    : watch.findings.escalate(key, observation, watch.worse);
};

const relieve = (watch: Watch, observation: Observation): void => {
  const { line } = watch;
  if (line.size() === 0) return;
  const key = watch.keyOf(observation);
  if (key !== undefined) line.relieve?.(key, observation.time, watch.valueOf?.(observation) ?? '');
};

/**
 * Guarantees: memory is bounded whatever is sent, and what has been counted of one key is not
 * forgotten because of many others that count for less.
 *
 * Does not see other processes, and forgets everything when its own ends.
 *
 * @param addToFleet takes events of the count rules that will be judged with those of other
 *   processes, see {@link file://./fleet-count.ts}. @default - every event is judged alone
 */
export const createDetector = (
  place: 'process' | 'broker',
  settings: DetectionSettings,
  addToFleet: AddToFleet = () => false,
): Detector => {
  const watches = detectionIds
    .filter((id) => isComputedIn(place, detectionRule(id)))
    .flatMap((id) => watchesOf(id, settings));
  const counting = byEvent(watches, ({ counted }) => Object.keys(counted));
  const relieving = byEvent(watches, ({ relieved }) => (relieved === undefined ? [] : [relieved]));
  const allFindings = [...new Set(watches.map(({ findings }) => findings))];
  let keyIdsMayBeUnknownUntil = Number.NEGATIVE_INFINITY;
  let sweptAt = 0;

  const isCounted = ({ id, counted }: Watch, { event, reason, time }: Observation): boolean => {
    if (id === 'unknown_key_ids' && time < keyIdsMayBeUnknownUntil) return false;
    const reasons = counted[event];
    return reasons === 'any' || (reason !== undefined && reasons?.includes(reason) === true);
  };

  const expectUnknownKeyIds = ({ time, isKeyWithdrawn }: Observation): void => {
    const grace = isKeyWithdrawn ? withdrawnKeyGraceMs : keyChangeGraceMs;
    keyIdsMayBeUnknownUntil = Math.max(keyIdsMayBeUnknownUntil, time + grace);
  };

  const sweep = (time: number): readonly DetectionDetails[] => {
    sweptAt = time;
    return allFindings.flatMap((findings) => findings.sweep(time));
  };

  const count = (observation: Observation): DetectionDetails[] => {
    const found: DetectionDetails[] = [];
    for (const watch of relieving.get(observation.event) ?? []) relieve(watch, observation);
    for (const watch of counting.get(observation.event) ?? []) {
      const finding = isCounted(watch, observation)
        ? judged(watch, observation, addToFleet)
        : undefined;
      if (finding) found.push(finding);
    }
    return found;
  };

  return {
    observe: (observation) => {
      if (observation.event === 'keys.refreshed') expectUnknownKeyIds(observation);
      const closed = observation.time - sweptAt >= sweepEveryMs ? sweep(observation.time) : none;
      const found = count(observation);
      return closed.length === 0 ? found : [...closed, ...found];
    },
    sweep,
    state: () => ({
      keys: watches.reduce((sum, { line }) => sum + line.size(), 0),
      openFindings: allFindings.reduce((sum, findings) => sum + findings.size(), 0),
      evictions: watches.reduce((sum, { line }) => sum + line.evictions(), 0),
    }),
  };
};
