import { type DetectionSettings, parseDetectionSettings } from '../../oauth/detection-settings.ts';
import { err } from '../../oauth/result.ts';
import type { OperatorEnvironment } from './environment.ts';

export interface OperatorConfig {
  readonly userPoolId: string;
  readonly tableName: string;
  readonly detections: DetectionSettings;
}

type Variables = Readonly<Record<string, string | undefined>>;

const patterns: Readonly<Record<Exclude<keyof OperatorEnvironment, 'DETECTIONS'>, RegExp>> = {
  USER_POOL_ID: /^[\w-]{1,46}_[0-9a-zA-Z]{1,46}$/,
  // A table's name or its ARN.
  TABLE_NAME: /^[\w.:/-]{3,1024}$/,
};

const detectionsOf = (text: string | undefined) => {
  try {
    return parseDetectionSettings(JSON.parse(text || '{}'));
  } catch {
    return err(['must be JSON']);
  }
};

/**
 * Does not check that the pool and the table exist.
 *
 * @throws Error that names every problem, when the environment is not usable
 */
export const parseEnvironment = (variables: Variables): OperatorConfig => {
  const problems = Object.entries(patterns).flatMap(([name, pattern]) => {
    const value = variables[name];
    if (value === undefined || value === '') return [`'${name}' must be set`];
    return pattern.test(value) ? [] : [`'${name}' must match ${pattern.source}, got ${value}`];
  });
  const detections = detectionsOf(variables.DETECTIONS);
  if (!detections.ok)
    problems.push(...detections.error.map((problem) => `'DETECTIONS' ${problem}`));
  if (problems.length > 0 || !detections.ok)
    throw new Error(`invalid configuration: ${problems.join('; ')}`);
  return Object.freeze({
    userPoolId: variables.USER_POOL_ID as string,
    tableName: variables.TABLE_NAME as string,
    detections: detections.value,
  });
};

export const readEnvironment = (): OperatorConfig => parseEnvironment(process.env);
