import { printable } from '../oauth/printable.ts';

/**
 * Lines for whoever runs the service, as opposed to the security log: what failed and where in the
 * code. The message of an error is left out, because it may quote arguments, data or secrets; a
 * server that wants it takes `onFault` and the responsibility.
 */

const frameSyntax = /^\s+at /;
const frameLimit = 20;
const causeLimit = 4;

/** The frames of a stack, without the message, which may look like frames itself. */
const framesOf = ({ stack = '', message }: Error): readonly string[] => {
  // The first time it occurs is in the heading, before every frame.
  const start = stack.indexOf(message);
  const end = start < 0 ? 0 : start + message.length;
  return stack
    .slice(end)
    .split('\n')
    .filter((line) => frameSyntax.test(line))
    .slice(0, frameLimit)
    .map((line) => printable(line.trim(), 256));
};

const codeOf = (fault: Error): string | undefined => {
  const { code } = fault as { readonly code?: unknown };
  return typeof code === 'string' && /^\w{2,64}$/.test(code) ? code : undefined;
};

const describe = (fault: unknown): object => {
  if (!(fault instanceof Error)) return { name: typeof fault };
  const code = codeOf(fault);
  return {
    name: printable(fault.name, 64),
    ...(code !== undefined && { code }),
    frames: framesOf(fault),
  };
};

/** The fault and what caused it. A circle of causes is cut. */
const chainOf = (fault: unknown): readonly object[] => {
  const chain: object[] = [];
  let next = fault;
  do {
    chain.push(describe(next));
    next = next instanceof Error ? next.cause : undefined;
  } while (next !== undefined && chain.length < causeLimit);
  return chain;
};

/**
 * One line about a fault. Guarantees that it holds no message of an error and that no reader takes
 * it for a security event: those have `class_uid`, this has `level`.
 */
export const faultLine = (fault: unknown, correlationId: string): string => {
  const [first, ...causes] = chainOf(fault);
  const cause = causes.length > 0 ? { causes } : {};
  return `${JSON.stringify({ level: 'error', correlationId, fault: first, ...cause })}\n`;
};
