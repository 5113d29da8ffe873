import { createHash } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { customerOf, plainAddress } from '../oauth/client-network.ts';
import type { McpOperation } from '../oauth/mcp-operation.ts';
import type { Principal } from '../oauth/principal.ts';
import {
  type CallCount,
  type LimitName,
  type RateLimit,
  type RateLimits,
  rateRejection,
} from '../oauth/rate-limit.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { remembering } from '../oauth/remembering.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import type { CallCounter } from './call-counter.ts';

type Admitted = Result<undefined, Rejection>;

/** How often? ⑤ in the figure. Each step counts, and refuses whoever has called too often. */
export interface Admission {
  /** Before the access token is looked at. */
  readonly address: (clientAddress: string | undefined) => Admitted | Promise<Admitted>;
  /** After it, before the body is read. */
  readonly caller: (principal: Principal) => Admitted | Promise<Admitted>;
  /** Once the body is known: tools with a limit of their own, and what a batch adds. */
  readonly operations: (
    principal: Principal,
    operations: readonly McpOperation[],
  ) => Admitted | Promise<Admitted>;
  /** A place among the calls under way; the value gives it back, and must be called once. */
  readonly enter: (principal: Principal) => Result<() => void, Rejection>;
  /** How many places are taken. */
  readonly underWay: () => number;
}

const passed: Admitted = ok(undefined);

// RFC 1918, RFC 4193, loopback, link-local: a load balancer, a sidecar, the developer's own machine.
const neighbours = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  neighbours.addSubnet(network, prefix, 'ipv4');
neighbours.addAddress('::1', 'ipv6');
neighbours.addSubnet('fc00::', 7, 'ipv6');
neighbours.addSubnet('fe80::', 10, 'ipv6');

/**
 * What an address is counted under, if it says anything about a client: an unnamed proxy stands for
 * everybody behind it, and throttling it would throttle them all.
 */
export const addressKey = (clientAddress: string | undefined): string | undefined => {
  if (clientAddress === undefined) return undefined;
  const address = plainAddress(clientAddress);
  return neighbours.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
    ? undefined
    : customerOf(address);
};

// Finding the key of an address takes a microsecond, and who calls calls again.
const rememberedAddresses = 2048;

/** Keys of bounded length: a subject may be as long as a token. */
const shortened = (key: string): string =>
  key.length <= 160 ? key : createHash('sha256').update(key).digest('base64url');

// A subject means something at its issuer only.
const principalKey = ({ issuer, subject }: Principal): string => `${issuer} ${subject}`;

const createPlaces = ({ concurrentCalls, concurrentCallsOfPrincipal }: RateLimits) => {
  const ofPrincipal = new Map<string, number>();
  const reported = new Set<string>();
  let total = 0;
  const leave = (key: string): void => {
    total -= 1;
    reported.delete(key);
    reported.delete('');
    const left = (ofPrincipal.get(key) ?? 1) - 1;
    if (left > 0) ofPrincipal.set(key, left);
    else ofPrincipal.delete(key);
  };
  /** One event until somebody leaves. */
  const full = (key: string, rejection: Rejection): Result<never, Rejection> => {
    const isOnRecord = reported.has(key);
    reported.add(key);
    return err({ ...rejection, isOnRecord });
  };
  const enter = (principal: Principal): Result<() => void, Rejection> => {
    const key = principalKey(principal);
    const own = ofPrincipal.get(key) ?? 0;
    const calls = { own: concurrentCallsOfPrincipal, all: concurrentCalls };
    if (own >= calls.own) {
      const evidence = { calls: calls.own };
      return full(key, { reason: 'concurrency_exceeded', retryAfterSeconds: 1, evidence });
    }
    if (total >= calls.all)
      return full('', { reason: 'overloaded', evidence: { calls: calls.all } });
    total += 1;
    ofPrincipal.set(key, own + 1);
    return ok(() => leave(key));
  };
  return { enter, underWay: () => total };
};

const isSettled = (step: Admitted | Promise<Admitted>): step is Admitted =>
  !(step instanceof Promise);

const firstRefusal = (
  steps: readonly (Admitted | Promise<Admitted>)[],
): Admitted | Promise<Admitted> => {
  const refusalAmong = (settled: readonly Admitted[]) => settled.find(({ ok }) => !ok) ?? passed;
  return steps.every(isSettled) ? refusalAmong(steps) : Promise.all(steps).then(refusalAmong);
};

/**
 * Builds the admission step. Guarantees bounded memory and, whatever the counter does, an answer.
 *
 * Does not tell attackers from others: it bounds what anybody can cost.
 *
 * @see [RFC 6585 §4](https://www.rfc-editor.org/rfc/rfc6585#section-4)
 */
export const createAdmission = (limits: RateLimits, counter: CallCounter): Admission => {
  const keyOf = remembering(rememberedAddresses, addressKey);
  // A counter of this process answers at once, and then nothing here waits: five promises a call
  // cost as much as all the counting.
  const take = (
    name: LimitName,
    key: string | undefined,
    limit: RateLimit | null | undefined,
    cost = 1,
  ): Admitted | Promise<Admitted> => {
    if (!limit || key === undefined || cost === 0) return passed;
    const judge = (count: CallCount): Admitted => {
      const rejection = rateRejection(name, limit, { ...count, cost });
      return rejection ? err(rejection) : passed;
    };
    const count = counter.count(shortened(`${name} ${key}`), limit, cost);
    return count instanceof Promise ? count.then(judge) : judge(count);
  };
  const callerSteps = (principal: Principal, cost: number) => [
    take('principal', principalKey(principal), limits.principal, cost),
    take('tenant', principal.tenant, limits.tenant, cost),
    take('client', `${principal.issuer} ${principal.clientId}`, limits.client, cost),
  ];
  return {
    address: (clientAddress) => {
      const key = clientAddress === undefined ? undefined : keyOf(clientAddress);
      return take('address', key, limits.address);
    },
    caller: (principal) => firstRefusal(callerSteps(principal, 1)),
    operations: (principal, operations) => {
      const calls = operations.filter(({ method }) => method === 'tools/call');
      const names = [...new Set(calls.map(({ target }) => target ?? ''))];
      const limited = names.filter((name) => Object.hasOwn(limits.tools, name));
      return firstRefusal([
        // The first message of a batch was counted before it was read.
        ...(operations.length > 1 ? callerSteps(principal, operations.length - 1) : []),
        ...limited.map((name) => {
          const cost = calls.filter(({ target }) => target === name).length;
          return take('tool', `${principalKey(principal)} ${name}`, limits.tools[name], cost);
        }),
      ]);
    },
    ...createPlaces(limits),
  };
};
