import { type McpOperation, mcpOperations } from '../oauth/mcp-operation.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import type { IncomingCall } from './incoming-call.ts';

/** The body of a POST: parsed once, by us, and handed to the SDK as the value we have looked at. */
export interface Message {
  readonly body: unknown;
  readonly operations: readonly McpOperation[];
  /** W3C trace context, which MCP 2026-07-28 carries in the body. Unparsed. */
  readonly traceparent?: string;
}

/** Deeper nesting than any MCP message has: recursive code further on must not overflow its stack. */
const maxDepth = 100;

const quote = 0x22;
const backslash = 0x5c;
// Bytes of [ { and ] }: the two members of a pair differ from each other in bit 0x20 only.
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/** Index after the string that starts at `start`. */
const endOfString = (bytes: Uint8Array, start: number): number => {
  let index = start + 1;
  while (index < bytes.length && bytes[index] !== quote)
    index += bytes[index] === backslash ? 2 : 1;
  return index + 1;
};

/** Whether JSON text nests deeper than `limit`. Reads bytes, builds nothing. */
export const isNestedDeeperThan = (bytes: Uint8Array, limit: number): boolean => {
  let depth = 0;
  let index = 0;
  while (index < bytes.length) {
    const byte = bytes[index] as number;
    if (byte === quote) {
      index = endOfString(bytes, index);
      continue;
    }
    if (isOpening(byte)) depth += 1;
    else if (isClosing(byte)) depth -= 1;
    if (depth > limit) return true;
    index += 1;
  }
  return false;
};

const isJson = (contentType: string | null): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';

const traceparentOf = (body: unknown): string | undefined => {
  const { params } = body as { readonly params?: { readonly _meta?: Record<string, unknown> } };
  const traceparent = params?._meta?.traceparent;
  return typeof traceparent === 'string' ? traceparent : undefined;
};

const parse = (bytes: Uint8Array): Result<unknown, Rejection> => {
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return err({ reason: 'body_malformed' });
  }
};

/** MCP 2025-06-18 removed batches; a request without the header speaks 2025-03-26. */
const isWithoutBatches = (protocolVersion: string | null): boolean =>
  protocolVersion !== null && protocolVersion >= '2025-06-18';

/**
 * Reads and parses the body of a POST. Call it after authentication only: reading is the first
 * thing a stranger could make expensive.
 *
 * Does not validate parameters; the MCP SDK does.
 */
export const readMessage = async (
  { headers, readBody }: Pick<IncomingCall, 'headers' | 'readBody'>,
  limitBytes: number,
): Promise<Result<Message, Rejection>> => {
  if (!isJson(headers.get('content-type'))) return err({ reason: 'content_type_unsupported' });
  const bytes = await readBody(limitBytes);
  if (!bytes.ok) return bytes;
  if (isNestedDeeperThan(bytes.value, maxDepth))
    return err({ reason: 'message_malformed', evidence: { nestedDeeperThan: maxDepth } });
  const body = parse(bytes.value);
  if (!body.ok) return body;
  if (Array.isArray(body.value) && isWithoutBatches(headers.get('mcp-protocol-version')))
    return err({ reason: 'message_malformed', evidence: { batch: true } });
  const operations = mcpOperations(body.value);
  if (!operations.ok) return operations;
  const traceparent = traceparentOf(body.value);
  return ok({ body: body.value, operations: operations.value, traceparent });
};
