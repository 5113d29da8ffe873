import { type Answer, asObject, type JsonObject, mediaType, parsedJson } from '../http/answer.ts';
import { messageId } from './message.ts';

/** What an MCP server said, whichever way it was wrapped. */

/** The data of every complete event so far. */
const eventData = (text: string): readonly string[] =>
  text
    .split(/\r?\n\r?\n/)
    .slice(0, -1)
    .map((event) =>
      event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n'),
    )
    .filter((data) => data !== '');

const isReply = (message: JsonObject | undefined): boolean =>
  message !== undefined && message.id === messageId && ('result' in message || 'error' in message);

/** Whether an event stream has delivered the reply: a server may keep it open afterwards. */
export const hasReply = (text: string): boolean =>
  eventData(text).some((data) => isReply(asObject(parsedJson(data))));

/** Every JSON-RPC message in an answer. */
export const messagesIn = (answer: Answer): readonly JsonObject[] => {
  const values =
    mediaType(answer) === 'text/event-stream'
      ? eventData(`${answer.text}\n\n`).map(parsedJson)
      : [parsedJson(answer.text)].flat();
  return values.map(asObject).filter((message) => message?.jsonrpc === '2.0') as JsonObject[];
};

/** The reply to the request, or the error that has no id because the request was not understood. */
export const replyIn = (answer: Answer): JsonObject | undefined =>
  messagesIn(answer).find(isReply) ?? messagesIn(answer).find((message) => 'error' in message);

export const resultIn = (answer: Answer): JsonObject | undefined =>
  asObject(replyIn(answer)?.result);

export const errorCodeIn = (answer: Answer): number | undefined => {
  const code = asObject(replyIn(answer)?.error)?.code;
  return typeof code === 'number' ? code : undefined;
};

/** `400 -32020`, for reports. */
export const replyBriefly = (answer: Answer): string => {
  const code = errorCodeIn(answer);
  if (code !== undefined) return `${answer.status} with JSON-RPC error ${code}`;
  if (resultIn(answer)) return `${answer.status} with a result`;
  return `${answer.status} ${mediaType(answer) || 'without a body'}`;
};
