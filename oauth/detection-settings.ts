import {
  type DetectionId,
  type DetectionRule,
  detectionIds,
  detectionRule,
} from './detection-rules.ts';
import { maxDistinctValues } from './distinct-values.ts';
import { err, ok, type Result } from './result.ts';

/** What an operator may change about a detection. Everything has a default in the table. */

/** `off`: not computed. `notify`: a finding in the log. `respond`: and the operator function acts. */
export type DetectionMode = 'off' | 'notify' | 'respond';

export interface DetectionLineSetting {
  readonly threshold: number;
  readonly windowSeconds: number;
}

export interface DetectionSetting extends DetectionLineSetting {
  readonly mode: DetectionMode;
  /** Where the rule has one. */
  readonly ratio?: number;
  readonly second?: DetectionLineSetting;
}

export type DetectionSettings = Readonly<Record<DetectionId, DetectionSetting>>;

const defaultOf = ({
  threshold,
  windowSeconds,
  ratio,
  second,
}: DetectionRule): DetectionSetting => ({
  mode: 'notify',
  threshold,
  windowSeconds,
  ...(ratio !== undefined && { ratio }),
  ...(second && {
    second: { threshold: second.threshold, windowSeconds: second.windowSeconds },
  }),
});

/** Everything notifies, nothing acts by itself. */
export const defaultDetectionSettings: DetectionSettings = Object.freeze(
  Object.fromEntries(detectionIds.map((id) => [id, defaultOf(detectionRule(id))])),
) as DetectionSettings;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** Rules that count different values remember so many of them and no more. */
const highestThreshold: Partial<Record<DetectionId, number>> = {
  token_from_many_networks: maxDistinctValues,
  scope_probing: maxDistinctValues,
};
const highestSecondThreshold: Partial<Record<DetectionId, number>> = {
  cross_tenant_probe: maxDistinctValues,
};
const manyEvents = 1_000_000;

const lineProblems = (name: string, value: unknown, mostThreshold: number): readonly string[] => {
  if (!isRecord(value)) return [`${name} must be an object`];
  const { threshold = 1, windowSeconds = 1 } = value;
  return [
    ...(isWhole(threshold, mostThreshold)
      ? []
      : [`${name}.threshold must be a whole number from 1 to ${mostThreshold}`]),
    ...(isWhole(windowSeconds, 86_400)
      ? []
      : [`${name}.windowSeconds must be a whole number from 1 to 86400`]),
  ];
};

const modes: readonly unknown[] = ['off', 'notify', 'respond'] satisfies DetectionMode[];

const modeProblem = (id: DetectionId, mode: unknown): readonly string[] => {
  if (!modes.includes(mode)) return [`${id}.mode must be off, notify or respond`];
  return mode === 'respond' && detectionRule(id).response === undefined
    ? [`${id} cannot respond: whatever could be done would hurt others, too`]
    : [];
};

const ratioProblems = (id: DetectionId, ratio: unknown): readonly string[] => {
  if (ratio === undefined) return [];
  if (detectionRule(id).ratio === undefined) return [`${id} has no ratio`];
  return typeof ratio === 'number' && ratio > 0 ? [] : [`${id}.ratio must be a number above 0`];
};

const secondProblems = (id: DetectionId, second: unknown): readonly string[] => {
  if (second === undefined) return [];
  if (!detectionRule(id).second) return [`${id} has no second line`];
  return lineProblems(`${id}.second`, second, highestSecondThreshold[id] ?? manyEvents);
};

const problemsOf = (id: DetectionId, value: unknown): readonly string[] => {
  if (typeof value === 'string') return modeProblem(id, value);
  if (!isRecord(value)) return [`${id} must be a mode or an object`];
  const { mode = 'notify', ratio, second, threshold, windowSeconds, ...others } = value;
  return [
    ...Object.keys(others).map((name) => `${id}.${name} means nothing`),
    ...modeProblem(id, mode),
    ...lineProblems(id, { threshold, windowSeconds }, highestThreshold[id] ?? manyEvents),
    ...ratioProblems(id, ratio),
    ...secondProblems(id, second),
  ];
};

const merged = (id: DetectionId, value: unknown): DetectionSetting => {
  const byDefault = defaultDetectionSettings[id];
  if (typeof value === 'string') return { ...byDefault, mode: value as DetectionMode };
  const change = value as Partial<DetectionSetting>;
  return {
    ...byDefault,
    ...change,
    ...(byDefault.second && { second: { ...byDefault.second, ...change.second } }),
  };
};

/**
 * `{ "scope_probing": "off", "token_from_many_networks": { "mode": "respond", "threshold": 6 } }` →
 * settings for every rule, or every problem at once. What is not named keeps its default.
 * Does not say whether a threshold is wise.
 */
export const parseDetectionSettings = (
  value: unknown,
): Result<DetectionSettings, readonly string[]> => {
  if (!isRecord(value)) return err(['must be a JSON object']);
  const isKnown = (id: string): id is DetectionId => Object.hasOwn(defaultDetectionSettings, id);
  const problems = Object.entries(value).flatMap(([id, setting]) =>
    isKnown(id) ? problemsOf(id, setting) : [`${id} is no detection`],
  );
  if (problems.length > 0) return err(problems);
  const changes = Object.entries(value).map(([id, setting]) => [
    id,
    Object.freeze(merged(id as DetectionId, setting)),
  ]);
  return ok(Object.freeze({ ...defaultDetectionSettings, ...Object.fromEntries(changes) }));
};
