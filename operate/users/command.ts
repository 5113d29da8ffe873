import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { printable, Refusal, UsageError } from '../problem.ts';
import { performUsers } from './actions.ts';
import { type CommandLine, help, parseCommandLine, type UsersRequest } from './command-line.ts';
import { explainFault } from './explain-fault.ts';
import { openUserPool } from './user-pool.ts';
import { findUserPool } from './user-pool-source.ts';

/** The command without a process: everything it touches is handed to it. */

type Connect<Client extends { send: unknown }> = (
  region: string | undefined,
  profile: string | undefined,
) => Pick<Client, 'send'>;

export interface UsersSurroundings {
  /** Undefined: there is no such file. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** The answer of a person; undefined when there is none to ask. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly connectCognito: Connect<CognitoIdentityProviderClient>;
  readonly connectCloudFormation: Connect<CloudFormationClient>;
  readonly randomBelow: (limit: number) => number;
}

const confirmWith =
  ({ ask }: UsersSurroundings, isConfirmed: boolean) =>
  async (question: string): Promise<void> => {
    if (isConfirmed) return;
    const answer = await ask(`${question} Type yes: `);
    if (answer === undefined)
      throw new UsageError('there is nobody to ask: give --yes to do it without asking');
    if (answer.trim().toLowerCase() !== 'yes') throw new Refusal('nothing was changed');
  };

const userOf = (request: UsersRequest) => ('user' in request ? { user: request.user } : {});

const run = async (commandLine: CommandLine, surroundings: UsersSurroundings): Promise<void> => {
  const { request, source, asJson, isConfirmed } = commandLine;
  const { print, connectCognito, randomBelow } = surroundings;
  let context: Parameters<typeof explainFault>[1] = { ...userOf(request), stack: source.stack };
  try {
    const target = await findUserPool(source, surroundings);
    context = { ...context, ...target };
    const pool = openUserPool(connectCognito(target.region, source.profile), target.userPoolId);
    const confirm = confirmWith(surroundings, isConfirmed);
    const outcome = await performUsers({ pool, confirm, randomBelow }, request);
    print(asJson ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text);
  } catch (error) {
    if (error instanceof UsageError || error instanceof Refusal) throw error;
    throw new Refusal(explainFault(error, context), { cause: error });
  }
};

/** @returns the exit code: 0 done, 1 refused, 2 not understood */
export const usersCommand = async (
  argv: readonly string[],
  surroundings: UsersSurroundings,
): Promise<0 | 1 | 2> => {
  const { print, printError } = surroundings;
  try {
    const commandLine = parseCommandLine(argv);
    if (commandLine === 'help') {
      print(help);
      return argv.length === 0 ? 2 : 0;
    }
    await run(commandLine, surroundings);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`cdk-secure-mcp users: ${printable(error.message, 500)}\nTry --help.\n`);
      return 2;
    }
    if (!(error instanceof Refusal)) throw error;
    printError(`cdk-secure-mcp users: ${printable(error.message, 500)}\n`);
    return 1;
  }
};
