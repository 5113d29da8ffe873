import type { Principal } from '../oauth/principal.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { ok, type Result } from '../oauth/result.ts';
import type { CallRecord } from './call-record.ts';
import { underWay } from './call-under-way.ts';
import { answerInTime, type Patience } from './early-answer.ts';
import { HandlerRefusal } from './handler-refusal.ts';
import type { McpEndpoint } from './mcp/backend.ts';
import type { Exchange } from './mcp/caller.ts';
import { unchallengedRefusal } from './refusal.ts';

/** One call that may be made: everything before ⑦ has been said about it. */
export interface PermittedCall {
  readonly request: Request;
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

const settled = async (call: PermittedCall, options: PerformOptions): Promise<Response> => {
  const { request, body, record, leave } = call;
  const { exchange, refusal } = beginExchange(call, options);
  let isHeld = true;
  const ended = () => {
    if (isHeld) leave();
    isHeld = false;
  };
  // A GET stream of a session may say nothing for hours.
  const untilBegun = request.method === 'POST';
  try {
    const answer = await underWay(await options.mcp.handle(request, body, exchange), {
      ended,
      untilBegun,
    });
    const refused = refusal();
    if (refused) await answer.body?.cancel();
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
  async (call: PermittedCall): Promise<Result<Response, never>> => {
    const { request, body, record } = call;
    // Read before: the backend takes the request over.
    const accept = request.headers.get('accept');
    const answer = settled(call, options);
    const asked = { accept, body, onLateFault: record.faulted };
    return ok(await answerInTime(answer, asked, options.patience));
  };
