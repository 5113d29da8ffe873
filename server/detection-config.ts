import { type DetectionSettings, parseDetectionSettings } from '../oauth/detection-settings.ts';
import type { EnvironmentReader } from './environment-reader.ts';

/** DETECTIONS → the settings of every rule. What is not named keeps its default. */
export const readDetections = (reader: EnvironmentReader): DetectionSettings | undefined => {
  const parsed = parseDetectionSettings(reader.json('DETECTIONS') ?? {});
  if (parsed.ok) return parsed.value;
  for (const problem of parsed.error) reader.problem('DETECTIONS', problem, undefined);
  return undefined;
};
