import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';

/** One JSON-RPC message as far as authorization is concerned. */
export interface McpOperation {
  /** Absent when the message is a response of the client to a request of the server. */
  readonly method?: string;
  /** Tool name, prompt name or resource URI that the message names. */
  readonly target?: string;
}

/** JSON-RPC batches exist only in MCP 2025-03-26; more than this is an amplification attempt. */
export const maxBatchLength = 20;

const targetMember: Record<string, 'name' | 'uri'> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'resources/subscribe': 'uri',
  'resources/unsubscribe': 'uri',
};

const operationOf = (message: unknown): McpOperation | undefined => {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return undefined;
  const { jsonrpc, method, params } = message as Record<string, unknown>;
  if (jsonrpc !== '2.0') return undefined;
  if (method === undefined) return 'result' in message || 'error' in message ? {} : undefined;
  if (typeof method !== 'string' || method === '') return undefined;
  const member = targetMember[method];
  if (!member) return { method };
  const target = (params as Record<string, unknown> | undefined | null)?.[member];
  // A call that names nothing reaches the SDK, which answers -32602; there is nothing to guard.
  return typeof target === 'string' ? { method, target } : { method };
};

/**
 * Reads what a request body asks for: one operation, or several for a batch. A batch is authorised
 * as a whole, so that a permitted message cannot carry a forbidden one in.
 *
 * Does not validate parameters; the MCP SDK does.
 */
export const mcpOperations = (body: unknown): Result<readonly McpOperation[], Rejection> => {
  const messages = Array.isArray(body) ? body : [body];
  if (messages.length === 0) return err({ reason: 'message_malformed' });
  if (messages.length > maxBatchLength)
    return err({ reason: 'batch_too_large', evidence: { messages: messages.length } });
  const operations = messages.map(operationOf);
  return operations.every((operation) => operation !== undefined)
    ? ok(operations as readonly McpOperation[])
    : err({ reason: 'message_malformed' });
};
