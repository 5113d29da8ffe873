import type { Principal } from '../oauth/principal.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { ok, type Result } from '../oauth/result.ts';
import type { Answer } from './answer.ts';
import type { CallRecord } from './call-record.ts';
import { underWay } from './call-under-way.ts';
import { answerInTime, type Patience } from './early-answer.ts';
import { HandlerRefusal } from './handler-refusal.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { McpEndpoint } from './mcp/backend.ts';
import type { Exchange } from './mcp/caller.ts';
import { unchallengedRefusal } from './refusal.ts';

/** One call that may be made: everything before ⑦ has been said about it. */
export interface PermittedCall {
  readonly call: IncomingCall;
  readonly body: unknown;
  readonly principal: Principal;
  readonly record: CallRecord;
  /** Gives the place among the calls under way back. */
  readonly leave: () => void;
}

interface PerformOptions {
  readonly mcp: McpEndpoint;
  readonly patience: Patience;
  readonly publish: Exchange['publish'];
}

/** What a handler learns about its call, and the first refusal that it came to. */
const beginExchange = ({ principal, record }: PermittedCall, { publish }: PerformOptions) => {
  let refusal: Rejection | undefined;
  const exchange: Exchange = {
    principal,
    operations: record.operations,
    correlationId: record.correlationId,
    reportFault: record.handlerFaulted,
    refuse: (rejection) => {
      refusal ??= rejection;
      record.handlerFaulted(new HandlerRefusal(rejection));
    },
    publish,
  };
  return { exchange, refusal: () => refusal };
};

/** The short way for calls that have one, else the one for calls of any kind. */
const handOn = async (
  mcp: McpEndpoint,
  { call, body }: PermittedCall,
  exchange: Exchange,
): Promise<Answer> => {
  const { method, headers, toRequest, onGone } = call;
  const handed = { method, headers, toRequest, onGone, body, exchange };
  return (await mcp.handleDirectly?.(handed)) ?? mcp.handle(handed);
};

const settled = async (permitted: PermittedCall, options: PerformOptions): Promise<Answer> => {
  const { call, record, leave } = permitted;
  const { exchange, refusal } = beginExchange(permitted, options);
  let isHeld = true;
  const ended = () => {
    if (isHeld) leave();
    isHeld = false;
  };
  // A GET stream of a session may say nothing for hours.
  const untilBegun = call.method === 'POST';
  try {
    const answer = await underWay(await handOn(options.mcp, permitted, exchange), {
      ended,
      untilBegun,
    });
    const refused = refusal();
    if (refused && answer instanceof Response) await answer.body?.cancel();
    const response = refused ? unchallengedRefusal(refused) : answer;
    record.answered(response.status);
    return response;
  } catch (fault) {
    ended();
    throw fault;
  }
};

/**
 * ⑦ with its answer on record, begun in time, and its place given back when the answer has been
 * taken, however long that is.
 *
 * A refusal that a handler comes to becomes the answer, with its own status, as long as nothing of
 * the answer has been sent: what the handler or its neighbours in a batch would have said is dropped.
 * Once a stream has begun, all that is left is the error in the message.
 */
export const createPerform =
  (options: PerformOptions) =>
  async (permitted: PermittedCall): Promise<Result<Answer, never>> => {
    const { call, body, record } = permitted;
    const accept = call.headers.get('accept');
    const answer = settled(permitted, options);
    const asked = { accept, body, onLateFault: record.faulted };
    return ok(await answerInTime(answer, asked, options.patience));
  };
