import { defaultRateLimits, type RateLimit, type RateLimits } from '../oauth/rate-limit.ts';
import type { EnvironmentReader } from './environment-reader.ts';

/** RATE_LIMITS and its neighbours → the limits of one server. */

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

const isLimit = (value: unknown): value is RateLimit =>
  isRecord(value) &&
  Object.keys(value).every((name) => name === 'calls' || name === 'seconds') &&
  isCount(value.calls, 10_000_000) &&
  isCount(value.seconds, 86_400);

const form = '{ "calls": 600, "seconds": 60 }';
const scopes = ['address', 'principal', 'tenant', 'client'] as const;

const problemOf = (value: unknown): string | undefined => {
  if (!isRecord(value)) return 'must be a JSON object';
  const { tools = {}, ...rest } = value;
  const unknownName = Object.keys(rest).find((name) => !scopes.some((scope) => scope === name));
  if (unknownName) return `has a limit '${unknownName}', which means nothing`;
  const wrong = Object.keys(rest).find((name) => rest[name] !== null && !isLimit(rest[name]));
  if (wrong) return `must have ${wrong} as ${form} or null`;
  if (!isRecord(tools) || !Object.values(tools).every(isLimit))
    return `must have tools as an object of tool name to ${form}`;
  return undefined;
};

/** What is not named keeps its default; `null` is how a limit is switched off. */
export const readRateLimits = (reader: EnvironmentReader): RateLimits => {
  const value = reader.json('RATE_LIMITS') ?? {};
  const problem = problemOf(value);
  if (problem) reader.problem('RATE_LIMITS', problem, null);
  const { concurrentCalls, concurrentCallsOfPrincipal } = defaultRateLimits;
  return Object.freeze({
    ...defaultRateLimits,
    ...(problem ? {} : (value as Partial<RateLimits>)),
    concurrentCalls: reader.integer('MAX_CONCURRENT_CALLS', concurrentCalls, [1, 100_000]),
    concurrentCallsOfPrincipal: reader.integer(
      'MAX_CONCURRENT_CALLS_OF_PRINCIPAL',
      concurrentCallsOfPrincipal,
      [1, 100_000],
    ),
  });
};

/** Redis or Valkey that all processes share. Absent: each process is on its own. */
export const readSharedStore = (reader: EnvironmentReader): string | undefined => {
  const value = reader.optional('SHARED_STORE');
  if (value === undefined) return undefined;
  // The URL may hold a password, so it is not repeated.
  if (!URL.canParse(value) || !/^rediss?:$/.test(new URL(value).protocol))
    return reader.problem('SHARED_STORE', 'must be a redis:// or rediss:// URL', undefined);
  return value;
};
