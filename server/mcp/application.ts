import type { McpServer, RequestStateCodec } from '@modelcontextprotocol/server';
import type { AccessDemands } from './backend.ts';
import type { McpPrompt } from './prompt.ts';
import type { McpResource } from './resource.ts';
import type { Tool } from './tool.ts';

/** What a server offers: the part that its author writes. */
export interface McpApplication {
  readonly name: string;
  /** @default - the name */
  readonly title?: string;
  readonly version: string;
  /** Told to the model once, at the start. */
  readonly instructions?: string;
  /** Listed in this order to everybody, whatever their scopes (2026-07-28: must not vary). */
  readonly tools: readonly Tool[];
  readonly resources?: readonly McpResource[];
  readonly prompts?: readonly McpPrompt[];
  /**
   * Registers what has no form of its own here. Runs once per request; wrap handlers in `asCaller`
   * and put what they demand into `access`.
   */
  readonly register?: (server: McpServer) => void;
  /** Demands on top of those declared beside tools, resources and prompts; the scope hierarchy. */
  readonly access?: AccessDemands;
  /** Leaves out of the lists what the caller could never use, whatever scopes it asked for. */
  readonly hideUnreachable?: boolean;
  /**
   * Offers subscriptions to single resources (2026-07-28), which only makes sense where handlers call
   * `caller.notify.resourceUpdated`. Changes of lists can be listened to in any case. @default false
   */
  readonly resourceSubscriptions?: boolean;
  /** Verifies the state that a client hands back: see `createRequestState`. */
  readonly requestState?: Pick<RequestStateCodec, 'verify'>;
}
