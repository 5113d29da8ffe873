import type { Duration } from 'aws-cdk-lib';

/** How often is too often. */
export class RateLimit {
  static perMinute(calls: number): RateLimit {
    return new RateLimit({ calls, seconds: 60 });
  }

  /** @param window of a second to a day */
  static per(calls: number, window: Duration): RateLimit {
    return new RateLimit({ calls, seconds: window.toSeconds() });
  }

  /** As often as they like. */
  static off(): RateLimit {
    return new RateLimit(null);
  }

  /** As the server reads it. */
  readonly value: { readonly calls: number; readonly seconds: number } | null;

  private constructor(value: { readonly calls: number; readonly seconds: number } | null) {
    this.value = value;
  }
}

/** Limits that the server itself keeps, behind the coarse ones of the firewall. */
export interface RateLimits {
  /**
   * Of one client address, before it has shown who it is.
   *
   * @default RateLimit.perMinute(3000)
   */
  readonly perAddress?: RateLimit;
  /**
   * Of one user or machine.
   *
   * @default RateLimit.perMinute(600)
   */
  readonly perPrincipal?: RateLimit;
  /** @default RateLimit.perMinute(30000) */
  readonly perTenant?: RateLimit;
  /**
   * Of one OAuth client. Behind the broker all people share one.
   *
   * @default RateLimit.off()
   */
  readonly perClient?: RateLimit;
  /**
   * Of one user or machine, to tools that cost more than others.
   *
   * @default - none but those above
   */
  readonly perTool?: { readonly [tool: string]: RateLimit };
}

const isWhole = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= most;

const limitProblems = (name: string, { value }: RateLimit): readonly string[] => {
  if (value === null || (isWhole(value.calls, 10_000_000) && isWhole(value.seconds, 86_400)))
    return [];
  return [
    `'${name}' must be 1 to 10000000 calls in 1 to 86400 seconds, got ${value.calls} in ${value.seconds}`,
  ];
};

/** What is wrong with them, in words; empty if all is well. */
export const rateLimitProblems = (limits: RateLimits): readonly string[] => {
  const { perTool = {}, ...others } = limits;
  return [
    ...Object.entries(others).flatMap(([name, limit]: [string, RateLimit | undefined]) =>
      limit ? limitProblems(`rateLimits.${name}`, limit) : [],
    ),
    ...Object.entries(perTool).flatMap(([tool, limit]) =>
      limit.value === null
        ? [`'rateLimits.perTool' must limit the tools it names, got RateLimit.off() for ${tool}`]
        : limitProblems(`rateLimits.perTool.${tool}`, limit),
    ),
  ];
};

/** `RATE_LIMITS` of the server: what is left out there keeps its default. */
export const rateLimitsJson = (limits: RateLimits): string => {
  const { perAddress, perPrincipal, perTenant, perClient, perTool } = limits;
  const tools = Object.entries(perTool ?? {}).map(([tool, limit]) => [tool, limit.value]);
  return JSON.stringify({
    address: perAddress?.value,
    principal: perPrincipal?.value,
    tenant: perTenant?.value,
    client: perClient?.value,
    ...(tools.length > 0 && { tools: Object.fromEntries(tools) }),
  });
};
