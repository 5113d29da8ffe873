import type { Evidence } from '../oauth/rejection.ts';
import { type EventName, type SecurityLog, securityEvent } from '../oauth/security-event.ts';

/** Records what concerns the process and no call in it. */
export const recordServiceEvent = (
  {
    securityLog,
    now = Date.now,
  }: { readonly securityLog: SecurityLog; readonly now?: () => number },
  name: EventName,
  evidence: Evidence,
): void => {
  const correlationId = crypto.randomUUID().replaceAll('-', '');
  const context = { time: now(), correlationId, component: 'resource-server' } as const;
  securityLog.record(securityEvent(name, context, { evidence }));
};
