import { ok, type Result } from '../oauth/result.ts';
import type { CallRecord } from './call-record.ts';
import { whenTaken } from './call-under-way.ts';
import { answerInTime, type Patience } from './early-answer.ts';
import type { McpEndpoint } from './mcp/backend.ts';

/** One call that may be made: everything before ⑦ has been said about it. */
export interface PermittedCall {
  readonly request: Request;
  readonly body: unknown;
  readonly exchange: Parameters<McpEndpoint['handle']>[2];
  readonly record: CallRecord;
  /** Gives the place among the calls under way back. */
  readonly leave: () => void;
}

/**
 * ⑦ with its answer on record, begun in time, and its place given back when the answer has been
 * taken, however long that is.
 */
export const createPerform =
  (mcp: McpEndpoint, patience: Patience) =>
  async (call: PermittedCall): Promise<Result<Response, never>> => {
    const { request, body, exchange, record, leave } = call;
    // Read before: the backend takes the request over.
    const accept = request.headers.get('accept');
    // In an async function, so that a backend that throws is one that rejects.
    const answer = (async () => mcp.handle(request, body, exchange))().then(
      (response) => {
        record.answered(response.status);
        return whenTaken(response, leave);
      },
      (fault: unknown) => {
        leave();
        throw fault;
      },
    );
    return ok(await answerInTime(answer, { accept, body, onLateFault: record.faulted }, patience));
  };
