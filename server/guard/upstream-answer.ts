import { isUtf8 } from 'node:buffer';
import { type Answer, jsonAnswer, type WholeAnswer } from '../answer.ts';
import { asksForList, filteredAnswer, type IsVisible } from './list-filter.ts';
import { responseStream } from './response-stream.ts';
import type { ReplyHead, UpstreamReply, Wanted } from './upstream-call.ts';
import { forwardedResponseHeaders } from './upstream-headers.ts';

/** What an upstream said → what the client gets to hear. */

const jsonOrEvents = /^(?:application\/json|text\/event-stream)\b/;

const isEvents = (contentType: string): boolean => contentType.startsWith('text/event-stream');

/** An upstream that redirects or asks for credentials is set up wrongly; neither is for the client. */
export const isUsable = (status: number): boolean =>
  status >= 200 && status !== 401 && (status < 300 || status >= 400);

/** Several values are joined; of several types, the first one counts. */
const contentTypeOf = (headers: ReplyHead['headers']): string => {
  const values: unknown = headers['content-type'];
  return String(Array.isArray(values) ? values[0] : (values ?? ''));
};

export interface AnswerOptions {
  /** What was asked. */
  readonly body: unknown;
  /** What the client calls a session that the upstream has opened. */
  readonly sealSession: (sessionId: string) => string;
  /** Filters lists. Absent when they are passed on as they are. */
  readonly isVisible?: IsVisible;
  /** How long an event stream may say nothing. */
  readonly keepAliveMs: number;
}

type Asked = Pick<AnswerOptions, 'body' | 'isVisible'>;

const mustFilter = ({ body, isVisible }: Asked): boolean =>
  isVisible !== undefined && asksForList(body);

/** Lists that are filtered are read to their end; they are finite. */
export const wantedOf = ({ status, headers }: ReplyHead, asked: Asked): Wanted => {
  const contentType = contentTypeOf(headers);
  if (!isUsable(status) || !jsonOrEvents.test(contentType)) return 'nothing';
  return isEvents(contentType) && !mustFilter(asked) ? 'stream' : 'whole';
};

/** 202 has no body, and an error page of a web framework may quote a stack. */
const withoutBody = (status: number, headers: Readonly<Record<string, string>>): Answer => {
  if (status < 400) return { status, headers, body: '' };
  const code = status >= 500 ? -32603 : -32600;
  const error = { code, message: 'The MCP server refused the request' };
  return jsonAnswer(status, { jsonrpc: '2.0', error, id: null }, headers);
};

// What is longer is cheaper to write as the bytes it came as.
const textBytes = 64 * 1024;

/** Text goes out together with its head. Bytes that are none stay what they are. */
const textOrBytes = (body: Buffer<ArrayBuffer>): WholeAnswer['body'] =>
  body.length <= textBytes && isUtf8(body) ? body.toString() : body;

/**
 * Builds the answer to the client. Guarantees that JSON and event streams pass as they arrive, that
 * lists are filtered where they have to be, and that nothing else passes at all.
 */
export const answerOf = (
  { status, headers: received, body }: UpstreamReply,
  { sealSession, keepAliveMs, ...asked }: AnswerOptions,
): Answer => {
  const headers = forwardedResponseHeaders(received);
  const sessionId = received['mcp-session-id'];
  if (typeof sessionId === 'string') headers['mcp-session-id'] = sealSession(sessionId);
  const contentType = contentTypeOf(received);
  if (!jsonOrEvents.test(contentType)) return withoutBody(status, headers);
  headers['content-type'] = contentType;
  if (!Buffer.isBuffer(body))
    return new Response(responseStream(body, keepAliveMs), { status, headers });
  if (asked.isVisible && mustFilter(asked)) {
    const filtered = filteredAnswer(body.toString(), contentType, asked.isVisible);
    return { status, headers, body: filtered };
  }
  return { status, headers, body: textOrBytes(body) };
};
