import type { McpServer } from '@modelcontextprotocol/server';
import type { Tool } from './tool.ts';

/** What a server offers: the part that its author writes. */
export interface McpApplication {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Told to the model once, at the start. */
  readonly instructions?: string;
  /** Listed in this order to everybody, whatever their scopes (2026-07-28: must not vary). */
  readonly tools: readonly Tool[];
  /** Registers resources and prompts. Runs once per request; wrap handlers in `asCaller`. */
  readonly register?: (server: McpServer) => void;
}
