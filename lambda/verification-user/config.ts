import type { VerificationUserEnvironment } from './environment.ts';

export interface VerificationUserConfig {
  readonly userPoolId: string;
  readonly enrolmentClientId: string;
  readonly secretArn: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const patterns: Readonly<Record<keyof VerificationUserEnvironment, RegExp>> = {
  USER_POOL_ID: /^[\w-]{1,46}_[0-9a-zA-Z]{1,46}$/,
  ENROLMENT_CLIENT_ID: /^[\w+]{1,128}$/,
  SECRET_ARN: /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S+$/,
};

/**
 * Does not check that pool, client and secret exist.
 *
 * @throws Error that names every problem, when the environment is not usable
 */
export const parseEnvironment = (variables: Variables): VerificationUserConfig => {
  const problems = Object.entries(patterns).flatMap(([name, pattern]) =>
    pattern.test(variables[name] ?? '') ? [] : [`'${name}' must match ${pattern.source}`],
  );
  if (problems.length > 0) throw new Error(`invalid configuration: ${problems.join('; ')}`);
  return Object.freeze({
    userPoolId: variables.USER_POOL_ID as string,
    enrolmentClientId: variables.ENROLMENT_CLIENT_ID as string,
    secretArn: variables.SECRET_ARN as string,
  });
};

export const readEnvironment = (): VerificationUserConfig => parseEnvironment(process.env);
