/** A mistake of whoever typed it: one line, exit code 2. */
export class UsageError extends Error {
  static readonly code = 'ERR_USAGE';
}

/** What was asked for cannot be done: one line that says why, exit code 1. Nothing was changed unless it says so. */
export class Refusal extends Error {
  static readonly code = 'ERR_REFUSED';
}

/**
 * Text from AWS or a file, made safe for a terminal: no control or formatting characters, which can
 * move the cursor and rewrite what was read before.
 */
export const printable = (text: string, most = 200): string => {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
};
