import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { printable, Refusal, UsageError } from '../problem.ts';

/** Which user pool a deployment has, from its outputs. */

export interface UserPoolSource {
  readonly outputs: string | undefined;
  readonly stack: string | undefined;
  readonly userPoolId: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
}

export interface UserPoolTarget {
  readonly userPoolId: string;
  readonly region: string;
}

export interface SourceSurroundings {
  /** Undefined: there is no such file. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  readonly connectCloudFormation: (
    region: string | undefined,
    profile: string | undefined,
  ) => Pick<CloudFormationClient, 'send'>;
}

const defaultFile = 'cdk-outputs.json';

/** The output that names the pool: `UserPoolId`, alone or with the path of its construct before it. */
const outputName = /UserPoolId[0-9A-F]{0,8}$/;

const syntax = /^([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]{1,55}$/;

const targetOf = (userPoolId: string, region: string | undefined): UserPoolTarget => {
  const home = syntax.exec(userPoolId)?.[1];
  if (home === undefined)
    throw new UsageError(
      `a user pool id looks like eu-west-1_AbCdEfGhI, got ${printable(userPoolId, 60)}`,
    );
  if (region !== undefined && region !== home)
    throw new UsageError(`the user pool ${userPoolId} is in ${home}, not in ${region}`);
  return { userPoolId, region: home };
};

type StackOutputs = Readonly<Record<string, string>>;

const poolsOf = (outputs: StackOutputs): readonly string[] => [
  ...new Set(
    Object.entries(outputs)
      .filter(([name]) => outputName.test(name))
      .map(([, value]) => value),
  ),
];

const onlyPoolOf = (place: string, outputs: StackOutputs): string => {
  const [pool, ...others] = poolsOf(outputs);
  if (pool === undefined)
    throw new Refusal(`${place} has no output that ends in UserPoolId. Give --user-pool-id`);
  if (others.length > 0)
    throw new Refusal(`${place} has ${others.length + 1} user pools. Give --user-pool-id`);
  return pool;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseOutputs = (path: string, text: string): Readonly<Record<string, StackOutputs>> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON: it must be what cdk deploy --outputs-file wrote`);
  }
  const isOutputs =
    isRecord(value) &&
    Object.values(value).every(
      (outputs) => isRecord(outputs) && Object.values(outputs).every((o) => typeof o === 'string'),
    );
  if (!isOutputs)
    throw new UsageError(`${path} is not what cdk deploy --outputs-file wrote: stack → output`);
  return value as Readonly<Record<string, StackOutputs>>;
};

const poolFromFile = (path: string, text: string, stack: string | undefined): string => {
  const stacks = parseOutputs(path, text);
  if (stack !== undefined) {
    const outputs = Object.hasOwn(stacks, stack) ? stacks[stack] : undefined;
    if (!outputs)
      throw new Refusal(
        `${path} has no stack ${printable(stack, 60)}, only ${printable(Object.keys(stacks).join(', '))}`,
      );
    return onlyPoolOf(stack, outputs);
  }
  const candidates = Object.entries(stacks).filter(([, outputs]) => poolsOf(outputs).length > 0);
  const [candidate, ...others] = candidates;
  if (candidate && others.length > 0)
    throw new Refusal(
      `${path} has several stacks with users: ${printable(candidates.map(([name]) => name).join(', '))}. Say which with --stack`,
    );
  return onlyPoolOf(path, candidate?.[1] ?? {});
};

const outputsOf = ({ Outputs = [] }: Stack): StackOutputs =>
  Object.fromEntries(
    Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );

/**
 * The user pool that is meant. Looks at what was typed, then at the file of outputs, then asks
 * CloudFormation. Does not check that the pool exists.
 *
 * @throws UsageError, Refusal, or what AWS says
 */
export const findUserPool = async (
  source: UserPoolSource,
  { readFile, connectCloudFormation }: SourceSurroundings,
): Promise<UserPoolTarget> => {
  const { userPoolId, stack, region, profile } = source;
  if (userPoolId !== undefined) return targetOf(userPoolId, region);
  const path = source.outputs ?? defaultFile;
  const text = await readFile(path);
  if (text === undefined && source.outputs !== undefined)
    throw new UsageError(`the file ${printable(path)} cannot be read`);
  if (text !== undefined) return targetOf(poolFromFile(path, text, stack), region);
  if (stack === undefined)
    throw new UsageError(
      `which user pool? Give --outputs FILE, --stack NAME or --user-pool-id ID (there is no ${defaultFile} here)`,
    );
  const client = connectCloudFormation(region, profile);
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  return targetOf(onlyPoolOf(`stack ${stack}`, outputsOf(Stacks[0] ?? ({} as Stack))), region);
};
