import type { IncomingMessage } from 'node:http';
import { asksForList, filteredAnswer, type IsVisible } from './list-filter.ts';
import type { Passage } from './passage.ts';
import { responseStream } from './response-stream.ts';
import { forwardedResponseHeaders } from './upstream-headers.ts';

/** What an upstream said → what the client gets to hear. */

const isJsonOrEvents = (contentType: string): boolean =>
  /^(?:application\/json|text\/event-stream)\b/.test(contentType);

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** 202 has no body, and an error page of a web framework may quote a stack. */
const withoutBody = (incoming: IncomingMessage, headers: Headers): Response => {
  const status = incoming.statusCode as number;
  incoming.resume();
  headers.delete('content-type');
  if (status < 400) return new Response(null, { status, headers });
  const code = status >= 500 ? -32603 : -32600;
  const error = { code, message: 'The MCP server refused the request' };
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status, headers });
};

export interface AnswerOptions {
  /** What the client calls a session that the upstream has opened. */
  readonly sealSession: (sessionId: string) => string;
  /** Filters lists. Absent when they are passed on as they are. */
  readonly isVisible?: IsVisible;
  /** How long an event stream may say nothing. */
  readonly keepAliveMs: number;
  /** Called once, when nothing more will come. */
  readonly ended: () => void;
}

/**
 * Builds the response to the client. Guarantees that JSON and event streams pass as they arrive,
 * that lists are filtered where they have to be, and that nothing else passes at all.
 */
export const answerOf = async (
  incoming: IncomingMessage,
  { parsedBody, controller }: Passage,
  { sealSession, isVisible, keepAliveMs, ended }: AnswerOptions,
): Promise<Response> => {
  const status = incoming.statusCode as number;
  const headers = forwardedResponseHeaders(incoming.headers);
  const sessionId = incoming.headers['mcp-session-id'];
  if (typeof sessionId === 'string') headers.set('mcp-session-id', sealSession(sessionId));
  const contentType = headers.get('content-type') ?? '';
  if (!isJsonOrEvents(contentType)) {
    ended();
    return withoutBody(incoming, headers);
  }
  if (isVisible && asksForList(parsedBody)) {
    const text = await textOf(incoming);
    ended();
    return new Response(filteredAnswer(text, contentType, isVisible), { status, headers });
  }
  const isEvents = contentType.startsWith('text/event-stream');
  const body = responseStream(incoming, {
    signal: controller.signal,
    ended,
    ...(isEvents && { keepAliveMs }),
  });
  return new Response(body, { status, headers });
};
