import type { Construct } from 'constructs';
import type {
  AuthorizationContext,
  AuthorizationParts,
  OtherChoices,
} from './authorization-context.ts';
import { type BrokerOptions, bindBroker, brokerProblems } from './broker-authorization.ts';
import { bindDirect, type DirectOptions, directProblems } from './direct-authorization.ts';
import { bindExternal, externalProblems } from './external-authorization.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

interface Choice {
  problems(choices: OtherChoices): readonly string[];
  bind(scope: Construct, context: AuthorizationContext): AuthorizationParts;
}

/** Where clients log in, and whose access tokens the server accepts. */
export class Authorization {
  /**
   * The authorization server of this package, over a Cognito user pool. Every MCP client can log in:
   * dynamic registration, client metadata documents, loopback ports, PKCE and consent for all.
   */
  static broker(options: BrokerOptions = {}): Authorization {
    return new Authorization({
      problems: ({ tenancy }) => [...tenancy.problems(), ...brokerProblems(options)],
      bind: (scope, context) => bindBroker(scope, options, context),
    });
  }

  /**
   * Cognito itself: no code in the path of a login. Only clients that are registered here can log
   * in, with exactly their redirect URIs; there is no consent page. Cognito demands neither PKCE nor
   * `resource`, so the firewall of its login page does. Strict clients may refuse to start, because
   * Cognito's metadata does not advertise S256.
   */
  static direct(options: DirectOptions): Authorization {
    return new Authorization({
      problems: ({ tenancy }) => [...tenancy.problems(), ...directProblems(options)],
      bind: (scope, context) => bindDirect(scope, options, context),
    });
  }

  /**
   * Authorization servers of somebody else, such as Entra ID, Auth0 or Okta. Nothing is created: who
   * may log in, with which client and which scopes, is decided there. Clients are sent to the first.
   */
  static external(...issuers: TrustedIssuer[]): Authorization {
    return new Authorization({
      problems: (choices) => externalProblems(issuers, choices),
      bind: () => bindExternal(issuers),
    });
  }

  readonly #choice: Choice;

  private constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** What is wrong with it, in words; empty if all is well. */
  problems(choices: OtherChoices): readonly string[] {
    return this.#choice.problems(choices);
  }

  /** Creates what it takes, below `scope`. */
  bind(scope: Construct, context: AuthorizationContext): AuthorizationParts {
    return this.#choice.bind(scope, context);
  }
}
