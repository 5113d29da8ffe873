import { parseArgs } from 'node:util';
import { type Revision, revisions } from './check.ts';
import { loopbackRedirectUri } from './oauth/client.ts';
import type { RevisionRange } from './run.ts';

/** What was asked for on the command line. */

export interface CommandLine {
  readonly url: string;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly strict: boolean;
  readonly rateLimits: boolean;
  readonly files: Readonly<Record<'sarif' | 'junit' | 'html', string | undefined>>;
  readonly expectedFailures: string | undefined;
  readonly ca: string | undefined;
  readonly range: RevisionRange;
  readonly timeoutMs: number;
  readonly wantsToken: boolean;
  readonly username: string | undefined;
  readonly clientId: string | undefined;
  readonly hasClientSecret: boolean;
  readonly redirectUri: string | undefined;
  readonly machineId: string | undefined;
  readonly readsCredentials: boolean;
  readonly browser: string | undefined;
}

/** A mistake of whoever typed it. */
export class UsageError extends Error {
  static readonly code = 'ERR_USAGE';
}

export const help = `Usage: cdk-secure-mcp verify <url> [options]

Checks a remote MCP server from the outside: what clients need, what attackers try.
Exit code 0: passed, 1: something is wrong, 2: could not be run.

What to print
  --json                     everything, as JSON, on the standard output
  --verbose                  passed and skipped checks too
  --sarif FILE, --junit FILE, --html FILE
                             a report for code scanning, a pipeline, a person

What counts
  --since REVISION           the oldest MCP revision that matters   (${revisions.join(', ')})
  --until REVISION           the newest
  --strict                   warnings fail the verification, too
  --expected-failures FILE   ids of checks that may fail, one a line; one that passes is an error

How far to go
  --token                    with an access token        VERIFY_TOKEN or the standard input
  --username NAME            through the login pages     VERIFY_PASSWORD or the standard input
                             VERIFY_TOTP_KEY: the key of an authenticator app
    --browser PROGRAM        with this Chromium or Chrome, for pages that need scripts
    --client-id ID           as this client, which may be the https URL of its metadata document;
                             without it a client registers itself
    --client-secret          which has a secret          VERIFY_CLIENT_SECRET or the standard input
    --redirect-uri URI       and this redirect URI       (${loopbackRedirectUri})
  --machine-id ID            with client credentials     VERIFY_MACHINE_SECRET or the standard input
  --credentials              with all of these as JSON on the standard input: username, password,
                             totpKey, clientId, clientSecret, machineId, machineSecret, token, …
                             VERIFY_FOREIGN_TOKEN: a token of the same issuer for another server
                             VERIFY_OTHER_TENANT_TOKEN: a token of a user of another tenant
  --rate-limits              send bursts of 60 requests
  --timeout SECONDS          for everything (180)
  --ca FILE                  trust this certificate authority as well (PEM)

It registers a handful of clients named "cdk-secure-mcp verify", signs in a dozen times if it has a
test user, and calls one tool that says it only reads. It never prints a secret.
`;

const options = {
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
  sarif: { type: 'string' },
  junit: { type: 'string' },
  html: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  'expected-failures': { type: 'string' },
  token: { type: 'boolean', default: false },
  username: { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'boolean', default: false },
  'redirect-uri': { type: 'string' },
  'machine-id': { type: 'string' },
  credentials: { type: 'boolean', default: false },
  browser: { type: 'string' },
  'rate-limits': { type: 'boolean', default: false },
  timeout: { type: 'string' },
  ca: { type: 'string' },
} as const;

const revisionOf = (value: string | undefined, otherwise: Revision, name: string): Revision => {
  if (value === undefined) return otherwise;
  const revision = revisions.find((known) => known === value);
  if (!revision) throw new UsageError(`--${name} takes one of ${revisions.join(', ')}`);
  return revision;
};

const timeoutOf = (value: string | undefined): number => {
  const seconds = Number(value ?? 180);
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 3600)
    throw new UsageError('--timeout takes a number of seconds, at most 3600');
  return seconds * 1000;
};

/** The standard input is one: it cannot hold a secret and a list of them. */
const readsCredentialsIn = (values: ReturnType<typeof parsed>['values']): boolean => {
  const { credentials, token, username } = values;
  const others = [token, username !== undefined, values['client-id'], values['machine-id']];
  if (credentials && others.some(Boolean))
    throw new UsageError('--credentials stands for --token, --username, --client-id, --machine-id');
  return credentials;
};

/** A client without an id would be ignored without a word. */
const clientIn = (
  values: ReturnType<typeof parsed>['values'],
): Pick<CommandLine, 'clientId' | 'hasClientSecret' | 'redirectUri'> => {
  const { 'client-id': clientId, 'client-secret': hasClientSecret } = values;
  const redirectUri = values['redirect-uri'];
  if (clientId === undefined && (hasClientSecret || redirectUri !== undefined))
    throw new UsageError('--client-secret and --redirect-uri need --client-id');
  if (redirectUri !== undefined && !URL.canParse(redirectUri))
    throw new UsageError('--redirect-uri takes a URI');
  return { clientId, hasClientSecret, redirectUri };
};

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The message repeats what was typed up to the first `=`: a value never gets into it.
    throw new UsageError((error as Error).message.split('. ', 1)[0]?.split('=', 1)[0] ?? '');
  }
};

/** @returns 'help' when that was asked for. @throws UsageError */
export const parseCommandLine = (argv: readonly string[]): CommandLine | 'help' => {
  const { values, positionals } = parsed(argv);
  if (values.help || argv.length === 0) return 'help';
  const [url, ...others] = positionals;
  // Never repeat them: somebody may have put a secret there.
  if (url === undefined || others.length > 0)
    throw new UsageError(
      'exactly one address is needed; secrets come from the environment or the standard input',
    );
  const range = {
    since: revisionOf(values.since, revisions[0], 'since'),
    until: revisionOf(values.until, '2026-07-28', 'until'),
  };
  if (range.since > range.until) throw new UsageError('--since is later than --until');
  return {
    url,
    json: values.json,
    verbose: values.verbose,
    strict: values.strict,
    rateLimits: values['rate-limits'],
    files: { sarif: values.sarif, junit: values.junit, html: values.html },
    expectedFailures: values['expected-failures'],
    ca: values.ca,
    range,
    timeoutMs: timeoutOf(values.timeout),
    wantsToken: values.token,
    username: values.username,
    ...clientIn(values),
    machineId: values['machine-id'],
    readsCredentials: readsCredentialsIn(values),
    browser: values.browser,
  };
};
