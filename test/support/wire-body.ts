import { expect } from 'vitest';

/** What would tell a stranger how the server is built: stack frames, paths, modules (CWE-209). */
const internals = [
  /\n\s*at .+[:(]/,
  /\bat (?:async )?[\w.<>]+ \(/,
  /file:\/\//,
  /node_modules/,
  /node:internal/,
  /\.(?:ts|mjs|cjs|js):\d+/,
  /\/(?:work|home|root|usr|tmp|var)\//,
  /(?:Type|Syntax|Reference|Range)Error/,
];

/** Expects that a body gives nothing away. */
export const expectNoInternals = (body: string): void => {
  for (const pattern of internals) expect(body).not.toMatch(pattern);
};
