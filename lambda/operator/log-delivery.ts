import { gunzipSync } from 'node:zlib';
import { type FindingEvent, findingDetailType, findingSource } from './finding.ts';
import type { Operator } from './operator.ts';

/**
 * What a subscription of a log group delivers: findings as they were logged, compressed. Each is
 * handled like one that came over EventBridge.
 */

interface LogDelivery {
  readonly awslogs: { readonly data: string };
}

const isLogDelivery = (event: unknown): event is LogDelivery =>
  typeof (event as Partial<LogDelivery> | null)?.awslogs?.data === 'string';

/** CloudWatch sends at most 1 MB uncompressed; more is not from there. */
const maxBytes = 4 * 1024 * 1024;

const findingIn = (message: string): FindingEvent[] => {
  try {
    const detail = JSON.parse(message) as FindingEvent['detail'];
    if (detail?.class_uid !== 2004) return [];
    return [{ source: findingSource, 'detail-type': findingDetailType, detail }];
  } catch {
    return [];
  }
};

/**
 * Lines that are no finding are skipped, as is CloudWatch's own test message.
 *
 * @throws Error when the delivery cannot be unpacked, so that it is tried again
 */
export const findingsOf = ({ awslogs }: LogDelivery): readonly FindingEvent[] => {
  const text = gunzipSync(Buffer.from(awslogs.data, 'base64'), { maxOutputLength: maxBytes });
  const { messageType, logEvents } = JSON.parse(text.toString()) as {
    readonly messageType?: string;
    readonly logEvents?: readonly { readonly message: string }[];
  };
  return messageType === 'DATA_MESSAGE'
    ? (logEvents ?? []).flatMap(({ message }) => findingIn(message))
    : [];
};

/**
 * An operator that takes deliveries, too. One finding that fails does not keep the others from being
 * answered; the delivery as a whole fails and is repeated, which is harmless.
 */
export const withLogDeliveries =
  (operator: Operator) =>
  async (
    event: unknown,
    correlationId: string,
  ): Promise<Awaited<ReturnType<Operator>> | readonly Awaited<ReturnType<Operator>>[]> => {
    if (!isLogDelivery(event)) return operator(event, correlationId);
    const results: Awaited<ReturnType<Operator>>[] = [];
    const faults: unknown[] = [];
    for (const finding of findingsOf(event))
      try {
        results.push(await operator(finding, correlationId));
      } catch (fault) {
        faults.push(fault);
      }
    if (faults.length > 0) throw faults[0];
    return results;
  };
