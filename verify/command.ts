import { type CommandLine, help, parseCommandLine, UsageError } from './command-line.ts';
import { parseExpectedFailures } from './expected-failures.ts';
import { type CredentialSources, gatherCredentials } from './gather-credentials.ts';
import { htmlReport } from './report/html-report.ts';
import { jsonReport } from './report/json-report.ts';
import { junitReport } from './report/junit-report.ts';
import { exitCodeOf, type Report } from './report/report.ts';
import { sarifReport } from './report/sarif-report.ts';
import { textReport } from './report/text-report.ts';
import type { RunOptions } from './run.ts';
import { parseTargetUrl } from './target-url.ts';
import { type Verification, verify } from './verify.ts';

/** The command without a process: everything it touches is handed to it. */

export interface CommandSurroundings extends CredentialSources {
  readonly arguments: readonly string[];
  readonly readFile: (path: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Whether `print` goes to a terminal. */
  readonly isTerminal: boolean;
}

const reporters = { sarif: sarifReport, junit: junitReport, html: htmlReport } as const;

const readable = async (
  path: string,
  { readFile }: CommandSurroundings,
  option: string,
): Promise<string> => {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`the file given with --${option} cannot be read`);
  }
};

const progressTo = (
  { isTerminal, printError }: CommandSurroundings,
  { json }: CommandLine,
): RunOptions['onResult'] =>
  isTerminal && !json
    ? ({ check }, done, total) =>
        printError(
          done === total ? '\r\u001b[K' : `\r\u001b[K${done}/${total} ${check.id.slice(0, 60)}`,
        )
    : undefined;

const run = async (
  commandLine: CommandLine,
  surroundings: CommandSurroundings,
): Promise<Verification> => {
  const { expectedFailures, ca, range, timeoutMs, strict, rateLimits } = commandLine;
  const url = parseTargetUrl(commandLine.url);
  const onResult = progressTo(surroundings, commandLine);
  return verify({
    url,
    credentials: await gatherCredentials(commandLine, surroundings),
    allowsBursts: rateLimits,
    ...(commandLine.browser !== undefined && { browser: commandLine.browser }),
    limits: {
      deadline: Date.now() + timeoutMs,
      timeoutMs: Math.min(10_000, timeoutMs),
      ...(ca !== undefined && { ca: await readable(ca, surroundings, 'ca') }),
    },
    range,
    isStrict: strict,
    ...(onResult && { onResult }),
    ...(expectedFailures !== undefined && {
      expectedFailures: parseExpectedFailures(
        await readable(expectedFailures, surroundings, 'expected-failures'),
      ),
    }),
  });
};

const publish = async (
  report: Report,
  redact: (text: string) => string,
  commandLine: CommandLine,
  surroundings: CommandSurroundings,
): Promise<void> => {
  const { print, writeFile, isTerminal, environment } = surroundings;
  // Results were redacted one by one; this is for whatever else may have carried a secret along.
  for (const format of ['sarif', 'junit', 'html'] as const) {
    const path = commandLine.files[format];
    if (path !== undefined) await writeFile(path, redact(reporters[format](report)));
  }
  const isColoured = isTerminal && environment.NO_COLOR === undefined;
  const text = commandLine.json
    ? jsonReport(report)
    : textReport(report, { isColoured, isVerbose: commandLine.verbose });
  print(redact(text));
};

/** @returns the exit code: 0 passed, 1 something is wrong, 2 could not be run */
export const verifyCommand = async (surroundings: CommandSurroundings): Promise<0 | 1 | 2> => {
  const { print, printError } = surroundings;
  try {
    const commandLine = parseCommandLine(surroundings.arguments);
    if (commandLine === 'help') {
      print(help);
      return surroundings.arguments.length === 0 ? 2 : 0;
    }
    const verification = await run(commandLine, surroundings);
    if (verification.kind === 'impossible') {
      printError(`cannot verify: ${verification.why}\n`);
      return 2;
    }
    await publish(verification.report, verification.redact, commandLine, surroundings);
    return exitCodeOf(verification.report);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    printError(`${error.message}\nTry --help.\n`);
    return 2;
  }
};
