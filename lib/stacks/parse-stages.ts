import { isRecord, problemsOf } from './checks.ts';
import { combinationProblems } from './stage-combinations.ts';
import {
  type StageConfiguration,
  type StageName,
  type Stages,
  stageNames,
} from './stage-configuration.ts';
import { stageShape } from './stage-shape.ts';

/** Reads the stages, or says everything that is wrong with them at once. */

const isStageName = (name: string): name is StageName => stageNames.some((one) => one === name);

const stageProblems = (name: string, stage: unknown): readonly string[] => {
  if (!isStageName(name)) return [`'stages' must be named ${stageNames.join(', ')}, got ${name}`];
  const problems = problemsOf(name, stage, stageShape);
  if (!isRecord(stage)) return problems;
  const isWellFormed = (setting: string): boolean =>
    Object.hasOwn(stageShape.members, setting) &&
    !problems.some((problem) => new RegExp(`^'${name}\\.${setting}[.'[]`).test(problem));
  const wellFormed: Partial<StageConfiguration> = Object.fromEntries(
    Object.entries(stage).filter(([setting]) => isWellFormed(setting)),
  );
  const combined = combinationProblems(name, { region: '', ...wellFormed })
    // A setting that is there and malformed is not missing.
    .filter((problem) => {
      const [, setting = ''] = /^'(\w+)'/.exec(problem) ?? [];
      return !(setting in stage) || isWellFormed(setting);
    })
    // A problem begins with the name of the setting.
    .map((problem) => problem.replace(/^'/, `'${name}.`));
  return [...problems, ...combined];
};

/**
 * Returns the stages unchanged if every one of them can be used. Does not check that regions,
 * accounts, zones, networks and pools exist.
 *
 * @throws Error that lists every problem: what is wrong, what was given, what is allowed
 */
export const parseStages = (value: unknown): Stages => {
  if (!isRecord(value))
    throw new Error(`'stages' must be an object, got ${JSON.stringify(value) ?? 'undefined'}`);
  const problems = Object.entries(value).flatMap(([name, stage]) => stageProblems(name, stage));
  if (problems.length > 0)
    throw new Error(
      `the stages are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  return value as Stages;
};
