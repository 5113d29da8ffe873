/**
 * W3C Trace Context, level 1: the id that joins everything one request caused. Parsed strictly: a
 * malformed header is ignored, never repaired, so that it cannot carry text into the log.
 */

const syntax = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * The trace id of a `traceparent` header, or undefined when there is none worth trusting as an
 * identifier. It is chosen by the caller: good for joining, never evidence of anything.
 *
 * @see [W3C Trace Context §3.2](https://www.w3.org/TR/trace-context/#traceparent-header)
 */
export const traceId = (traceparent: string | null | undefined): string | undefined => {
  const match = syntax.exec(traceparent ?? '');
  if (!match) return undefined;
  const [, version, id, parentId, rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(id as string) || /^0+$/.test(parentId as string)) return undefined;
  return id;
};
