import { validateRedirectUri } from '../../oauth/redirect-uri.ts';

/** A client that is known in advance. */
export interface PreRegisteredClient {
  readonly clientId: string;
  /** Shown on the consent page. */
  readonly clientName: string;
  /** Compared exactly; only the port of a loopback URI is free. */
  readonly redirectUris: readonly string[];
}

/** How clients become known to the authorization server. */
export class ClientRegistration {
  /**
   * Anybody may register: dynamic registration (RFC 7591) and client metadata documents. Costs
   * nothing per registration, because nothing is stored before a user has signed in.
   */
  static open(): ClientRegistration {
    return new ClientRegistration({ dynamic: 'on', metadataDocuments: 'open', clients: [] });
  }

  /**
   * Client metadata documents of these hosts or URLs only; no dynamic registration.
   *
   * @param allowed host names such as `claude.ai`, or URLs of documents
   */
  static metadataDocuments(allowed: readonly string[]): ClientRegistration {
    const metadataDocuments = JSON.stringify(allowed);
    return new ClientRegistration({ dynamic: 'off', metadataDocuments, clients: [] });
  }

  /** These clients and no others. */
  static preRegistered(clients: readonly PreRegisteredClient[]): ClientRegistration {
    return new ClientRegistration({ dynamic: 'off', metadataDocuments: 'off', clients });
  }

  /** `on` or `off`. */
  readonly dynamicRegistration: string;
  /** `open`, `off`, or a JSON list of what is allowed. */
  readonly metadataDocuments: string;
  readonly clients: readonly PreRegisteredClient[];

  private constructor(settings: {
    readonly dynamic: string;
    readonly metadataDocuments: string;
    readonly clients: readonly PreRegisteredClient[];
  }) {
    this.dynamicRegistration = settings.dynamic;
    this.metadataDocuments = settings.metadataDocuments;
    this.clients = settings.clients;
  }

  /** What is wrong with it, in words; empty if all is well. */
  problems(): readonly string[] {
    const nobody = this.dynamicRegistration === 'off' && this.metadataDocuments === 'off';
    if (nobody && this.clients.length === 0)
      return ["'clientRegistration' must let at least one client in, got none"];
    if (this.metadataDocuments === '[]')
      return ["'clientRegistration' must allow at least one host or document, got none"];
    return this.clients.flatMap(clientProblems);
  }
}

const clientProblems = ({ clientId, redirectUris }: PreRegisteredClient): readonly string[] => {
  const redirectProblems = redirectUris.flatMap((uri) => {
    const checked = validateRedirectUri(uri, { allowLoopback: true });
    return checked.ok
      ? []
      : [
          `'clientRegistration' must have redirect URIs that codes may be sent to, got ${uri} (${checked.error})`,
        ];
  });
  if (redirectUris.length > 0) return redirectProblems;
  return [`'clientRegistration' must give each client a redirect URI, got none for ${clientId}`];
};

/** Public clients, in the form the authorization server reads. */
export const preRegisteredClientsJson = (clients: readonly PreRegisteredClient[]): string =>
  JSON.stringify(
    clients.map((client) => ({
      ...client,
      registration: 'preregistered',
      tokenEndpointAuthMethod: 'none',
      mayRefresh: true,
    })),
  );
