#!/usr/bin/env node
import { runVerify } from './run-verify.ts';

/** `node bin/verify.ts <url>`: the verifier alone. */
const argv = process.argv.slice(2);
process.exitCode = await runVerify(argv[0] === 'verify' ? argv.slice(1) : argv);
