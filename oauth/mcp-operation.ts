import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';

/** A tool, prompt or resource that a message names, and what the message hands to it. */
export interface McpReference {
  /** `template`: a URI template, named in order to complete one of its variables. */
  readonly kind: 'tool' | 'prompt' | 'resource' | 'template';
  readonly name: string;
  /** Arguments or variables as they came. Checked for tenants, never logged. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** One JSON-RPC message as far as authorization is concerned. */
export interface McpOperation {
  /** Absent when the message is a response of the client to a request of the server. */
  readonly method?: string;
  /** Tool name, prompt name or resource URI that the message names: what the log shows. */
  readonly target?: string;
  /** Everything the message names. Absent when its method names nothing. */
  readonly references?: readonly McpReference[];
}

/** JSON-RPC batches exist only in MCP 2025-03-26; more than this is an amplification attempt. */
export const maxBatchLength = 20;

type Params = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// A call that names nothing reaches the SDK, which answers -32602; there is nothing to guard.
const reference = (
  kind: McpReference['kind'],
  name: unknown,
  handed?: unknown,
): readonly McpReference[] => {
  if (typeof name !== 'string') return [];
  return [isRecord(handed) ? { kind, name, arguments: handed } : { kind, name }];
};

/** A completion sees the values of the argument in question and of those that are already chosen. */
const completionReferences = ({ ref, argument, context }: Params): readonly McpReference[] => {
  if (!isRecord(ref)) return [];
  const chosen = isRecord(context) && isRecord(context.arguments) ? context.arguments : {};
  const asked =
    isRecord(argument) && typeof argument.name === 'string'
      ? { [argument.name]: argument.value }
      : {};
  const handed = { ...chosen, ...asked };
  if (ref.type === 'ref/prompt') return reference('prompt', ref.name, handed);
  return ref.type === 'ref/resource' ? reference('template', ref.uri, handed) : [];
};

/** MCP 2026-07-28 subscribes to many resources with one request. */
const subscriptionReferences = ({ notifications }: Params): readonly McpReference[] => {
  const uris = isRecord(notifications) ? notifications.resourceSubscriptions : undefined;
  return Array.isArray(uris) ? uris.flatMap((uri) => reference('resource', uri)) : [];
};

const referencesOf: Readonly<Record<string, (params: Params) => readonly McpReference[]>> = {
  'tools/call': (params) => reference('tool', params.name, params.arguments),
  'prompts/get': (params) => reference('prompt', params.name, params.arguments),
  'resources/read': ({ uri }) => reference('resource', uri),
  'resources/subscribe': ({ uri }) => reference('resource', uri),
  'resources/unsubscribe': ({ uri }) => reference('resource', uri),
  'completion/complete': completionReferences,
  'subscriptions/listen': subscriptionReferences,
};

/** Whether a message of this method is about one thing that it has to name. */
export const namesOneThing = (method: string): boolean =>
  Object.hasOwn(referencesOf, method) && method !== 'subscriptions/listen';

const operationOf = (message: unknown): McpOperation | undefined => {
  if (!isRecord(message)) return undefined;
  const { jsonrpc, method, params } = message;
  if (jsonrpc !== '2.0') return undefined;
  if (method === undefined) return 'result' in message || 'error' in message ? {} : undefined;
  if (typeof method !== 'string' || method === '') return undefined;
  if (!Object.hasOwn(referencesOf, method)) return { method };
  const references = referencesOf[method]?.(isRecord(params) ? params : {}) ?? [];
  const [first] = references;
  return first ? { method, target: first.name, references } : { method };
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
