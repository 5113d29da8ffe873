import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IConnectable, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { Valkey, type ValkeyOptions, valkeyProblems } from './valkey.ts';

/** What the server needs of a store. */
export interface SharedStoreParts {
  /** Holds the URL with the password, `rediss://…`. */
  readonly urlSecret: ISecret;
  /** Admits the server on this port, where security groups decide. */
  admit?(server: IConnectable): void;
}

export interface SharedStoreContext {
  readonly vpc: IVpc;
  readonly removalPolicy?: RemovalPolicy;
}

interface Choice {
  problems(): readonly string[];
  bind(scope: Construct, context: SharedStoreContext): SharedStoreParts;
}

/**
 * What several tasks share: exact rate limits, detection windows, notifications of changes. Without
 * one each task counts for itself, so that a limit is exact per task only. The server works on when
 * its store does not.
 */
export class SharedStore {
  /** Amazon ElastiCache Serverless for Valkey in the server's network: about 7 USD a month idle. */
  static valkey(options: ValkeyOptions = {}): SharedStore {
    return new SharedStore({
      problems: () => valkeyProblems(options),
      bind: (scope, context) => new Valkey(scope, 'Valkey', { ...options, ...context }),
    });
  }

  /**
   * A Redis or Valkey that exists. Let `server.connections` in yourself.
   *
   * @param urlSecret its URL, `rediss://user:password@host:port`, as plain text
   */
  static fromUrlSecret(urlSecret: ISecret): SharedStore {
    return new SharedStore({ problems: () => [], bind: () => ({ urlSecret }) });
  }

  readonly #choice: Choice;

  private constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** What is wrong with it, in words; empty if all is well. */
  problems(): readonly string[] {
    return this.#choice.problems();
  }

  /** Creates what it takes, below `scope`. */
  bind(scope: Construct, context: SharedStoreContext): SharedStoreParts {
    return this.#choice.bind(scope, context);
  }
}
