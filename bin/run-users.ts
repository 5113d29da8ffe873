import { randomInt } from 'node:crypto';
import { awsClients } from '../operate/users/aws-clients.ts';
import { usersCommand } from '../operate/users/command.ts';
import { ask, print, printError, readFileIfAny } from './terminal.ts';

/** Who may sign in to a deployed server. */
export const runUsers = (argv: readonly string[]): Promise<number> =>
  usersCommand(argv, {
    readFile: readFileIfAny,
    print,
    printError,
    ask,
    randomBelow: (limit) => randomInt(limit),
    ...awsClients(Number(process.env.AWS_MAX_ATTEMPTS) || 8),
  });
