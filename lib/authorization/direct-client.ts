import { Construct } from 'constructs';
import { validateRedirectUri } from '../../oauth/redirect-uri.ts';
import { type CodeFlowClientProps, codeFlowClient } from './sign-in-client.ts';

export interface DirectClientOptions {
  /** Shown in the Cognito console: letters, digits, spaces and `+=,.@-`. */
  readonly clientName: string;
  /** Compared exactly, the port of a loopback URI included. */
  readonly redirectUris: readonly string[];
}

export interface DirectClientProps
  extends DirectClientOptions,
    Pick<CodeFlowClientProps, 'userPool' | 'resourceServer' | 'scopes' | 'identityProviders'> {}

/**
 * A public app client that an MCP client uses with Cognito itself. Guarantees: authorization code
 * only, these redirect URIs, the scopes of this server.
 *
 * Cognito does not demand PKCE of it: {@link LoginWebAcl} does.
 */
export class DirectClient extends Construct {
  readonly userPoolClientId: string;

  constructor(scope: Construct, id: string, props: DirectClientProps) {
    super(scope, id);
    const { redirectUris: callbackUrls } = props;
    const client = codeFlowClient(this, { ...props, generateSecret: false, callbackUrls });
    this.userPoolClientId = client.userPoolClientId;
  }
}

/** Cognito's own limit of login page styles, one of which every client needs. */
const maxClients = 20;

const clientNameSyntax = /^[\w\s+=,.@-]{1,128}$/;

const redirectProblems = (uri: string): readonly string[] => {
  const checked = validateRedirectUri(uri, { allowLoopback: true });
  return checked.ok
    ? []
    : [
        `'clients' must have redirect URIs that codes may be sent to, got ${uri} (${checked.error})`,
      ];
};

const clientProblems = ({ clientName, redirectUris }: DirectClientOptions): readonly string[] => [
  ...(clientNameSyntax.test(clientName)
    ? []
    : [
        `'clients' must have names of 1 to 128 letters, digits, spaces and +=,.@-, got ${JSON.stringify(clientName)}`,
      ]),
  ...(redirectUris.length > 0
    ? redirectUris.flatMap(redirectProblems)
    : [`'clients' must give each client a redirect URI, got none for ${clientName}`]),
];

/** What is wrong with the clients, in words; empty if all is well. */
export const directClientProblems = (
  clients: readonly DirectClientOptions[],
): readonly string[] => {
  const names = clients.map(({ clientName }) => clientName);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...(clients.length >= 1 && clients.length <= maxClients
      ? []
      : [`'clients' must list 1 to ${maxClients} clients, got ${clients.length}`]),
    ...(repeated === undefined
      ? []
      : [`'clients' must name each client once, got ${repeated} again`]),
    ...clients.flatMap(clientProblems),
  ];
};
