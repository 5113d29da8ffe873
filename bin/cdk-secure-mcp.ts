#!/usr/bin/env node
import { runSubcommand } from '../operate/subcommands.ts';
import { version } from '../verify/version.ts';
import { print, printError } from './terminal.ts';

/** The command that the package brings. Loads only what the chosen subcommand needs. */

const subcommands = {
  verify: {
    summary: 'check a remote MCP server from the outside, ours or anybody’s',
    run: async (argv: readonly string[]) => (await import('./run-verify.ts')).runVerify(argv),
  },
  users: {
    summary: 'add, list, disable and remove who may sign in',
    run: async (argv: readonly string[]) => (await import('./run-users.ts')).runUsers(argv),
  },
  pseudonym: {
    summary: 'the hash under which the security log speaks of a token or grant',
    run: async (argv: readonly string[]) => (await import('./run-pseudonym.ts')).runPseudonym(argv),
  },
};

process.exitCode = await runSubcommand(
  'cdk-secure-mcp',
  version,
  subcommands,
  process.argv.slice(2),
  { print, printError },
);
