import type { ServerEnvironment } from './environment.ts';

/** Says everything that is wrong with the environment at once, in plain words. */
export class ConfigurationError extends Error {
  static readonly code = 'ERR_CONFIGURATION';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The server cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Collects problems while values are read, so that a deployer fixes them in one go. */
export class EnvironmentReader {
  readonly problems: string[] = [];
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  problem<T>(name: keyof ServerEnvironment, message: string, instead: T): T {
    this.problems.push(`${name} ${message}`);
    return instead;
  }

  optional(name: keyof ServerEnvironment): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  required(name: keyof ServerEnvironment): string | undefined {
    return this.optional(name) ?? this.problem(name, 'must be set', undefined);
  }

  list(name: keyof ServerEnvironment): readonly string[] {
    return this.optional(name)?.split(/\s+/) ?? [];
  }

  integer(
    name: keyof ServerEnvironment,
    fallback: number,
    [least, most]: [number, number],
  ): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    return this.problem(
      name,
      `must be a whole number from ${least} to ${most}, got ${text}`,
      fallback,
    );
  }

  json(name: keyof ServerEnvironment): unknown {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return this.problem(name, 'must be valid JSON', undefined);
    }
  }
}
