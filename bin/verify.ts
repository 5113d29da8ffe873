#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { verifyCommand } from '../verify/command.ts';

/** `cdk-secure-mcp verify <url>`: checks a remote MCP server from the outside. */

const readLine = async (): Promise<string | undefined> => {
  if (process.stdin.isTTY) return undefined;
  for await (const line of createInterface({ input: process.stdin })) return line;
  return undefined;
};

const argv = process.argv.slice(2);
process.exitCode = await verifyCommand({
  // `npx cdk-secure-mcp verify <url>` and `node bin/verify.ts <url>` are the same.
  arguments: argv[0] === 'verify' ? argv.slice(1) : argv,
  environment: process.env,
  readLine,
  readFile: (path) => readFile(path, 'utf8'),
  writeFile: (path, text) => writeFile(path, text),
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
  isTerminal: process.stdout.isTTY === true && process.stderr.isTTY === true,
});
// A standard input that nobody reads any more must not keep the process alive.
process.stdin.unref?.();
