import { counting, embeddedMetricLine, MetricCounter } from '../../oauth/embedded-metric.ts';
import type { SecurityLog } from '../../oauth/security-event.ts';

export interface InvocationMetrics {
  /** Counts an event before it is logged. */
  counting(securityLog: SecurityLog): SecurityLog;
  /** Writes what this invocation counted: an environment that is frozen may never wake up again. */
  flush(): void;
}

/** One EMF line per invocation that counted anything. */
export const createInvocationMetrics = (
  namespace: string,
  write: (line: string) => void,
  now: () => number,
): InvocationMetrics => {
  const counter = new MetricCounter();
  return {
    counting: (securityLog) => counting(counter, securityLog),
    flush: () => {
      const values = counter.take();
      if (values.size === 0) return;
      const component = 'authorization-server';
      write(`${embeddedMetricLine({ time: now(), namespace, component, values })}\n`);
    },
  };
};
