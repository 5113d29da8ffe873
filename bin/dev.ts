import { developmentCommand, runCommand } from '../dev/command.ts';

/** `npm run dev`: the whole deployment on this machine. */
process.exit(
  await runCommand(developmentCommand, {
    arguments: process.argv.slice(2),
    environment: process.env,
  }),
);
