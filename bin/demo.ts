import { runCommand } from '../dev/command.ts';
import { demoCommand } from '../dev/demo-command.ts';

/** `npm run demo`: local mode and a scripted client that shows what it does, then ends. */
process.exit(
  await runCommand(demoCommand, { arguments: process.argv.slice(2), environment: process.env }),
);
