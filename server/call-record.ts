import type { McpOperation } from '../oauth/mcp-operation.ts';
import type { Principal } from '../oauth/principal.ts';
import {
  type Evidence,
  type Rejection,
  type RejectionReason,
  wireError,
} from '../oauth/rejection.ts';
import {
  type EventContext,
  type EventDetails,
  type EventName,
  type LogPrivacy,
  type SecurityLog,
  securityEvent,
} from '../oauth/security-event.ts';
import { edgeTrace, traceId } from '../oauth/trace-context.ts';
import { clientAddressOf } from './client-address.ts';
import { HandlerRefusal } from './handler-refusal.ts';
import type { IncomingCall } from './incoming-call.ts';

/** ⑧ in the figure: what becomes known about a call on its way, and the one event it leaves behind. */
export interface CallRecord {
  /** Trace id of the caller's headers, else of the message, else random. */
  correlationId: string;
  readonly path: string;
  /** The client's address, as far as it is known. */
  readonly clientAddress?: string;
  principal?: Principal;
  operations?: readonly McpOperation[];
  /** Joins the trace that the message names, unless the headers named one. */
  joinTrace(traceparent: string | undefined): void;
  /** A public document or a CORS preflight was served: nothing was decided about anybody. */
  served(): void;
  refused(rejection: Rejection): void;
  answered(status: number): void;
  faulted(fault: unknown): void;
  /** A handler failed, which adds to the decision, or refused, which is the decision. */
  handlerFaulted(fault: unknown): void;
}

/** Reasons whose event does not follow from their status. */
const specialEvents: Partial<Record<RejectionReason, EventName>> = {
  token_missing: 'token.missing',
  scope_missing: 'scope.denied',
  scope_insufficient: 'scope.denied',
  group_missing: 'scope.denied',
  operation_unlisted: 'scope.denied',
  tenant_not_allowed: 'tenant.denied',
  tenant_mismatch: 'tenant.denied',
  session_foreign: 'session.hijack_suspected',
  handle_foreign: 'session.hijack_suspected',
  rate_exceeded: 'rate.limited',
  concurrency_exceeded: 'rate.limited',
  overloaded: 'rate.limited',
};

const eventOf = (reason: RejectionReason): EventName => {
  const special = specialEvents[reason];
  if (special) return special;
  const { status, error } = wireError(reason);
  const concernsToken = error !== undefined || status === 401 || reason === 'jwks_unavailable';
  return concernsToken ? 'token.rejected' : 'request.rejected';
};

const operationOf = (operations: readonly McpOperation[] | undefined) => {
  if (!operations) return {};
  const [first] = operations;
  if (operations.length === 1)
    return { operation: first?.method ?? 'response', target: first?.target };
  return { operation: 'batch' };
};

const batchEvidence = (operations: readonly McpOperation[] | undefined) =>
  operations && operations.length > 1
    ? { evidence: { methods: operations.map(({ method }) => method ?? 'response') } }
    : {};

/** The class of an error, never its text: that may quote arguments, data or secrets. */
const faultEvidence = (fault: unknown) => ({
  error: fault instanceof Error ? fault.name : typeof fault,
});

const dayInSeconds = 86_400;

/** Tokens expire all the time; one that is sent a day later was kept by somebody. */
const severityOf = (reason: RejectionReason, evidence: Evidence | undefined): number => {
  const isStale = reason === 'expired' && Number(evidence?.secondsAgo) > dayInSeconds;
  return isStale ? 3 : wireError(reason).severity;
};

const randomTraceId = (): string => crypto.randomUUID().replaceAll('-', '');

// The client went away before the answer was ready. Not a refusal of ours.
const clientClosedRequest = 499;

interface RecorderOptions {
  readonly securityLog: SecurityLog;
  readonly now: () => number;
  readonly clientAddressHeader?: string;
  readonly privacy?: LogPrivacy;
  /** Gets faults with everything they say, for the operator's own log. */
  readonly onFault?: (fault: unknown, correlationId: string) => void;
}

/** Starts the record of one call. Exactly one of its decisions is written, whatever happens later. */
export const beginCallRecord = (
  { headers, method, clientAddress }: IncomingCall,
  path: string,
  { securityLog, now, clientAddressHeader, privacy, onFault }: RecorderOptions,
): CallRecord => {
  const startedAt = now();
  const headerTrace = traceId(headers.get('traceparent'));
  const common = {
    component: 'resource-server',
    clientAddress: clientAddressOf(headers, clientAddress, clientAddressHeader),
    userAgent: headers.get('user-agent') ?? undefined,
    httpMethod: method,
    path,
    privacy,
    ...edgeTrace(headers),
  } as const satisfies Partial<EventContext>;
  let isDecided = false;

  const write = (name: EventName, details: EventDetails): void => {
    const time = now();
    const { principal, operations } = record;
    const what = operationOf(operations);
    const known = {
      principal,
      ...what,
      ...batchEvidence(operations),
      durationMs: time - startedAt,
    };
    securityLog.record(
      securityEvent(
        name,
        { time, correlationId: record.correlationId, ...common },
        { ...known, ...details },
      ),
    );
  };
  const decide = (name: EventName, details: EventDetails): void => {
    if (isDecided) return;
    isDecided = true;
    write(name, details);
  };

  const refused = ({ reason, evidence }: Rejection, tell: typeof decide): void => {
    const { status } = wireError(reason);
    const severity = severityOf(reason, evidence);
    tell(eventOf(reason), { reason, severity, status, ...(evidence && { evidence }) });
  };

  const record: CallRecord = {
    // No getter: V8 keeps a hidden class for each, and with it the whole call, until the next full
    // collection.
    correlationId: headerTrace ?? randomTraceId(),
    joinTrace: (traceparent) => {
      record.correlationId = headerTrace ?? traceId(traceparent) ?? record.correlationId;
    },
    path,
    ...(common.clientAddress !== undefined && { clientAddress: common.clientAddress }),
    served: () => {
      isDecided = true;
    },
    refused: (rejection) => {
      if (rejection.isOnRecord) isDecided = true;
      else refused(rejection, decide);
    },
    answered: (status) => {
      if (status < 400 || status === clientClosedRequest) decide('access.allowed', { status });
      else if (status >= 500) decide('fault.unexpected', { status });
      // Every client of 2025 tries a GET and learns from the 405 that there is no stream: no incident.
      else if (status === 405)
        decide('request.rejected', { reason: 'protocol_refused', status, severity: 1 });
      else decide('request.rejected', { reason: 'protocol_refused', status });
    },
    faulted: (fault) => {
      onFault?.(fault, record.correlationId);
      decide('fault.unexpected', { status: 500, evidence: faultEvidence(fault) });
    },
    handlerFaulted: (fault) => {
      // It is the decision, unless the answer is on its way already; a tool may refuse repeatedly.
      if (fault instanceof HandlerRefusal) {
        refused(fault.rejection, isDecided ? write : decide);
        return;
      }
      onFault?.(fault, record.correlationId);
      write('fault.unexpected', { evidence: faultEvidence(fault) });
    },
  };
  return record;
};
