import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { Unmet } from '../check.ts';
import type { Answer } from './answer.ts';
import { ReachProblem } from './reach-problem.ts';
import { send, type Wanted } from './send.ts';

/** Every request of a verification goes through here: bounded in time, number and size. */

export interface HttpLimits {
  /** For one request. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch after which nothing is sent any more. */
  readonly deadline: number;
  readonly maxRequests: number;
  readonly maxBytes: number;
  readonly maxAtOnce: number;
  /** PEM of an authority to trust besides the public ones. */
  readonly ca?: string;
}

export interface HttpClient {
  /** @throws ReachProblem when there is no complete answer */
  readonly send: (wanted: Wanted) => Promise<Answer>;
  readonly requestCount: () => number;
  /** Whether something was not sent because time or traffic ran out. */
  readonly isExhausted: () => boolean;
  readonly limits: HttpLimits;
  readonly close: () => void;
}

export const userAgent = 'cdk-secure-mcp-verify/1';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export const isLoopback = (url: URL): boolean => loopbackHost.test(url.hostname);

/**
 * Where a verification may go: https; http only on loopback; and from the internet never to this
 * machine, or the metadata of a stranger could send requests to whatever listens here.
 */
export const mayContact = (url: URL, target: URL): boolean => {
  if (isLoopback(url)) return isLoopback(target) && /^https?:$/.test(url.protocol);
  return url.protocol === 'https:';
};

/** Lets `maxAtOnce` callers in; the others wait in line. */
const createGate = (maxAtOnce: number) => {
  let free = maxAtOnce;
  const waiting: (() => void)[] = [];
  return {
    enter: async (): Promise<void> => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: (): void => {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
};

const isStale = (error: unknown): boolean =>
  error instanceof ReachProblem && error.kind === 'network';

export const createHttpClient = (target: URL, limits: HttpLimits): HttpClient => {
  const { maxAtOnce, maxRequests, deadline, maxBytes, ca } = limits;
  const agents = {
    'http:': new Agent({ keepAlive: true, maxSockets: maxAtOnce }),
    'https:': new SecureAgent({
      keepAlive: true,
      maxSockets: maxAtOnce,
      ...(ca && { ca: [...rootCertificates, ca] }),
    }),
  };
  const gate = createGate(maxAtOnce);
  let count = 0;
  let isExhausted = false;

  const spent = (message: string): ReachProblem => {
    isExhausted = true;
    return new ReachProblem('budget', message);
  };

  const sendOnce = (wanted: Wanted, url: URL): Promise<Answer> => {
    const left = deadline - Date.now();
    if (left <= 0) throw spent('the time for the whole verification is up');
    if (count >= maxRequests) throw spent(`${maxRequests} requests were sent, which is the limit`);
    count += 1;
    const agent = agents[url.protocol as keyof typeof agents];
    const timeoutMs = Math.min(limits.timeoutMs, left);
    return send({ ...wanted, url }, { agent, timeoutMs, maxBytes });
  };

  return {
    limits,
    requestCount: () => count,
    isExhausted: () => isExhausted,
    close: () => {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
    send: async (wanted) => {
      const url = new URL(wanted.url);
      if (!mayContact(url, target))
        throw new Unmet(`${url.origin} is not asked: https only, and http on loopback`);
      const complete = { ...wanted, headers: { 'user-agent': userAgent, ...wanted.headers } };
      await gate.enter();
      try {
        return await sendOnce(complete, url);
      } catch (error) {
        // A kept-alive connection may have been closed just now; a second try has a fresh one.
        if (!isStale(error)) throw error;
        return await sendOnce(complete, url);
      } finally {
        gate.leave();
      }
    },
  };
};
