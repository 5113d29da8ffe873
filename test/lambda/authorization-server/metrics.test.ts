import { describe, expect, it } from 'vitest';
import { createInvocationMetrics } from '../../../lambda/authorization-server/metrics.ts';
import { securityEvent } from '../../../oauth/security-event.ts';
import { extractMetrics } from '../../support/embedded-metric.ts';
import { RecordingLog } from '../../support/resource-server.ts';

const context = { time: 0, correlationId: 'c', component: 'authorization-server' } as const;

describe('the metrics of an invocation', () => {
  it('are one line when it ends, because a frozen environment may never wake up again', () => {
    const lines: string[] = [];
    const log = new RecordingLog();
    const metrics = createInvocationMetrics(
      'SecureMcp/Test',
      (line) => lines.push(line),
      () => 7,
    );
    const counting = metrics.counting(log);
    counting.record(securityEvent('authorization.started', context));
    counting.record(securityEvent('token.refused', context, { reason: 'pkce_mismatch' }));
    metrics.flush();
    metrics.flush();
    expect(log.events).toHaveLength(2);
    expect(lines).toHaveLength(1);
    const counts = extractMetrics(lines[0] as string).map(({ name, values }) => [name, values[0]]);
    expect(Object.fromEntries(counts)).toEqual({
      Logins_started: 1,
      Logins_refused: 1,
      Refusals_pkce_mismatch: 1,
    });
  });
});
