import { isTenantId } from '../../oauth/tenant.ts';

/** Whether users belong to tenants, and which there are. */
export class Tenancy {
  /** One organisation uses the server: nobody has a tenant, tools see no tenant. */
  static off(): Tenancy {
    return new Tenancy('off', []);
  }

  /**
   * Tokens without a tenant are accepted; tools must handle both.
   *
   * @param tenants as for {@link required}
   */
  static optional(tenants: readonly string[] = []): Tenancy {
    return new Tenancy('optional', tenants);
  }

  /**
   * Every call belongs to exactly one tenant; a token without one is refused.
   *
   * @param tenants ids, each of which becomes the user group `tenant:<id>`; none with
   * `Authorization.external`, whose tokens bring the tenant
   */
  static required(tenants: readonly string[] = []): Tenancy {
    return new Tenancy('required', tenants);
  }

  readonly mode: string;
  readonly tenants: readonly string[];

  private constructor(mode: string, tenants: readonly string[]) {
    this.mode = mode;
    this.tenants = tenants;
  }

  /** What is wrong with it where tenants are groups of a user pool, in words; empty if all is well. */
  problems(): readonly string[] {
    if (this.mode !== 'off' && this.tenants.length === 0)
      return [`'tenancy' must name at least one tenant when it is ${this.mode}, got none`];
    return this.tenants
      .filter((tenant) => !isTenantId(tenant))
      .map(
        (tenant) =>
          `'tenancy' must have tenant ids of letters, digits, '.', '_' and '-' that start with a letter or digit, got ${JSON.stringify(tenant)}`,
      );
  }
}
