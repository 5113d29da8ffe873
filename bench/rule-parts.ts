import { createDetector } from '../oauth/detection.ts';
import { defaultDetectionSettings } from '../oauth/detection-settings.ts';
import { observationOf } from '../oauth/observation.ts';
import { type SecurityEvent, securityEvent } from '../oauth/security-event.ts';
import { createAdmission } from '../server/admit.ts';
import { createCallCounter } from '../server/call-counter.ts';
import { serverConfig } from './servers/server-config.ts';
import { cpuInLoop, eventContext, somebody } from './tight-loop.ts';

/** Rate limits and detections of one call: what is counted about everybody, all the time. */

const limitFigures = async (): Promise<Record<string, number>> => {
  const limits = serverConfig.rateLimits;
  if (!limits) throw new Error('the benchmark counts every limit');
  const admit = createAdmission(limits, createCallCounter(Date.now));
  const operations = [{ method: 'tools/call', target: 'echo' }];
  return {
    'all rate limits of an allowed call (µs)': await cpuInLoop(async () => {
      await admit.address('203.0.113.7');
      await admit.caller(somebody);
      await admit.operations(somebody, operations);
    }),
    'all rate limits of a call that is refused for its token (µs)': await cpuInLoop(() =>
      admit.address('203.0.113.7'),
    ),
  };
};

/** One bad token each, from addresses of their own: a flood of them from one is one finding. */
const refusedEvents = (): readonly SecurityEvent[] =>
  Array.from({ length: 64 }, (_, index) =>
    securityEvent(
      'token.rejected',
      { ...eventContext, time: Date.now(), clientAddress: `203.0.113.${index}` },
      {
        reason: 'signature_invalid',
        severity: 3,
        status: 401,
        evidence: { credential: index.toString(16).padStart(16, '0') },
      },
    ),
  );

const allowedEvents = (): readonly SecurityEvent[] =>
  Array.from({ length: 64 }, (_, index) =>
    securityEvent(
      'access.allowed',
      { ...eventContext, time: Date.now() },
      {
        principal: { ...somebody, subject: `${somebody.subject}-${index}` },
        operation: 'tools/call',
        target: 'echo',
        status: 200,
      },
    ),
  );

/** What happens to an event after it was recorded: every rule of the process, shipped settings. */
const watching = (events: readonly SecurityEvent[]) => {
  const detector = createDetector('process', defaultDetectionSettings);
  return (index: number) =>
    detector.observe({
      ...observationOf(events[index % events.length] as SecurityEvent),
      time: Date.now(),
    });
};

const ruleFigures = async (): Promise<Record<string, number>> => ({
  'all rules for an allowed call (µs)': await cpuInLoop(watching(allowedEvents())),
  'all rules for a refused token (µs)': await cpuInLoop(watching(refusedEvents())),
});

export const ruleParts = async (): Promise<Record<string, number>> => {
  const limits = await limitFigures();
  const rules = await ruleFigures();
  const sum = (ending: string, limit: string) =>
    (limits[limit] ?? Number.NaN) + (rules[`all rules for ${ending} (µs)`] ?? Number.NaN);
  return {
    ...limits,
    ...rules,
    'rate limits and rules of an allowed call (µs)': sum(
      'an allowed call',
      'all rate limits of an allowed call (µs)',
    ),
    'rate limits and rules of a refused token (µs)': sum(
      'a refused token',
      'all rate limits of a call that is refused for its token (µs)',
    ),
  };
};
