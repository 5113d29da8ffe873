import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { usersCommand } from '../../../operate/users/command.ts';
import { type FakeCognito, poolId } from './fake-cognito.ts';

/** Runs the command as a process would, with the real SDK client, and keeps what it says. */

export const secretKey = 'secret-access-key-that-nobody-may-see';

export interface Changes {
  readonly files?: Readonly<Record<string, string>>;
  /** What the person types when asked; undefined: there is no person. */
  readonly answer?: string;
  readonly client?: Partial<CognitoIdentityProviderClientConfig>;
}

export const runUsers = async (
  fake: FakeCognito,
  argv: readonly string[],
  changes: Changes = {},
) => {
  let printed = '';
  let errors = '';
  const questions: string[] = [];
  const config = {
    region: 'eu-west-1',
    endpoint: fake.endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secretKey },
    maxAttempts: 1,
  };
  const exitCode = await usersCommand(argv, {
    readFile: async (path) => changes.files?.[path],
    print: (text) => {
      printed += text;
    },
    printError: (text) => {
      errors += text;
    },
    ask: async (question) => {
      questions.push(question);
      return changes.answer;
    },
    connectCognito: () => new CognitoIdentityProviderClient({ ...config, ...changes.client }),
    connectCloudFormation: () => new CloudFormationClient(config),
    randomBelow: (limit) => Math.floor(Math.random() * limit),
  });
  return { exitCode, printed, errors, questions };
};

export const here = ['--user-pool-id', poolId];
