import type { DemoUser } from '../../dev/demo-users.ts';
import { type LocalMode, type LocalModeOptions, startLocalMode } from '../../dev/local-mode.ts';
import { err } from '../../oauth/result.ts';
import type { SecurityEvent, SecurityLog } from '../../oauth/security-event.ts';
import { checkedLog } from './checked-log.ts';

/** Local mode over real HTTP, with a log that can be read. No metadata document is fetched. */
export interface LocalDeployment extends LocalMode {
  readonly events: SecurityEvent[];
  /** What the resource server reported as a fault; empty unless something is broken. */
  readonly faults: unknown[];
  readonly user: (username: string) => DemoUser;
  /** The decisions that one piece of work left in the log, without housekeeping and findings. */
  readonly eventsDuring: (work: () => Promise<unknown>) => Promise<readonly SecurityEvent[]>;
}

export interface LocalDeploymentOptions extends Partial<LocalModeOptions> {
  /** Gets every event, too, after it was checked. */
  readonly alsoTo?: SecurityLog;
}

export const aLocalDeployment = async ({
  alsoTo,
  ...options
}: LocalDeploymentOptions = {}): Promise<LocalDeployment> => {
  const events: SecurityEvent[] = [];
  const faults: unknown[] = [];
  const checked = checkedLog(events);
  const local = await startLocalMode({
    port: 0,
    securityLog: {
      record: (event) => {
        checked.record(event);
        alsoTo?.record(event);
      },
    },
    onFault: (fault) => faults.push(fault),
    // The publisher does not answer, so the pinned copies serve.
    fetchDocument: async () => err({ reason: 'client_document_unavailable' }),
    ...options,
  });
  return {
    ...local,
    events,
    faults,
    user: (username) => userOf(local, username),
    eventsDuring: async (work) => {
      const start = events.length;
      await work();
      return events.slice(start).filter((event) => !/^(keys|detection)\./.test(eventCode(event)));
    },
  };
};

export const eventCode = ({ metadata }: SecurityEvent): string => metadata.event_code;

export const userOf = (
  { users }: { readonly users: readonly DemoUser[] },
  username: string,
): DemoUser => {
  const user = users.find((candidate) => candidate.username === username);
  if (!user) throw new Error(`'username' must be a demo user, got '${username}'`);
  return user;
};
