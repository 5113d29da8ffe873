import { createHmac } from 'node:crypto';
import { createLogPrivacy } from '../oauth/log-privacy.ts';
import type { Output } from './subcommands.ts';

/** `pseudonym`: the hash under which the security log speaks of an identifier. */

const usage = `Usage: cdk-secure-mcp pseudonym VALUE…
       cdk-secure-mcp pseudonym < values

Prints "<hash>  <value>" for every value: the hash that the security log holds in its place
(actor.session.uid of a jti, actor.session.uid_alt of an origin_jti, unmapped.grant_uid of a grant id).
The key comes from LOG_PSEUDONYM_KEY in the environment, never from an argument: others see those.
`;

export interface PseudonymInput extends Output {
  /** LOG_PSEUDONYM_KEY. */
  readonly key: string | undefined;
  /** Called only when no value is an argument. */
  readonly readLines: () => AsyncIterable<string>;
}

const usageError = 2;

/** Guarantees that neither the key nor a part of it is printed. Returns the exit code. */
export const runPseudonym = async (
  argv: readonly string[],
  { key, readLines, print, printError }: PseudonymInput,
): Promise<number> => {
  if (argv.includes('--help')) {
    print(usage);
    return 0;
  }
  if (!key) {
    printError('cdk-secure-mcp pseudonym: set LOG_PSEUDONYM_KEY to the key of the deployment.\n');
    return usageError;
  }
  const { pseudonym } = createLogPrivacy({
    hmac: (value) => createHmac('sha256', key).update(value).digest('hex'),
  });
  const printOne = (value: string) => print(`${pseudonym?.(value)}  ${value}\n`);
  if (argv.length > 0) for (const value of argv) printOne(value);
  else for await (const line of readLines()) if (line.trim()) printOne(line.trim());
  return 0;
};
