import { type ClaimProfileName, isClaimProfileName } from '../oauth/claim-profile.ts';
import { issuerProduct } from '../oauth/issuer-product.ts';
import { isLoopbackHost } from '../oauth/resource-identifier.ts';
import { err, ok, type Result } from '../oauth/result.ts';

/** One entry of TOKEN_ISSUERS: whose access tokens are accepted, and what they have to say. */
export interface TokenIssuer {
  /** Compared byte for byte with `iss`. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly profile?: ClaimProfileName;
  readonly audience?: readonly string[];
  /** In place of the server's own lists. */
  readonly userClients?: readonly string[];
  readonly machineClients?: readonly string[];
  readonly scopeNames?: Readonly<Record<string, readonly string[]>>;
  readonly tenant?: string;
  readonly tenantClaim?: string;
  readonly groupsClaim?: string;
}

type Entry = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isListOfText = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);

/** Why a URL of an issuer or of its keys cannot be trusted, if so. */
export const insecureUrl = (value: string): string | undefined => {
  if (!URL.canParse(value)) return `is not an absolute URL: ${value}`;
  const { protocol, hostname, hash, username } = new URL(value);
  if (hash || username) return `must have no fragment or user information: ${value}`;
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:' && isLoopbackHost(hostname)) return undefined;
  return `must use https (http is for loopback only): ${value}`;
};

const members = [
  ...['issuer', 'jwksUri', 'profile', 'audience', 'clients', 'machineClients'],
  ...['scopes', 'tenant', 'tenantClaim', 'groupsClaim'],
];

const isScopeNames = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every(isListOfText);

/** What is wrong with the members that may be left out. */
const memberProblem = (entry: Entry): string | undefined => {
  const unknownMember = Object.keys(entry).find((name) => !members.includes(name));
  // A misspelled check is a check that does not happen.
  if (unknownMember) return `has a member '${unknownMember}', which means nothing`;
  const { clients = [], machineClients = [], scopes = {} } = entry;
  if (!isListOfText(clients) || !isListOfText(machineClients))
    return 'needs clients and machineClients as lists of client ids';
  if (!isScopeNames(scopes)) return 'needs scopes as an object of name to list of scopes';
  const wrong = ['tenant', 'tenantClaim', 'groupsClaim'].find(
    (name) => entry[name] !== undefined && !isText(entry[name]),
  );
  return wrong && `needs ${wrong} as text`;
};

const audienceOf = ({ audience }: Entry): readonly string[] | undefined => {
  if (isText(audience)) return [audience];
  return isListOfText(audience) && audience.length > 0 ? audience : undefined;
};

/** What is wrong with an entry for a product whose tokens say nothing about us by themselves. */
const foreignProblem = (entry: Entry, profile: ClaimProfileName): string | undefined => {
  if (profile === 'cognito') return undefined;
  const { clients = [], machineClients = [] } = entry;
  if ([...(clients as []), ...(machineClients as [])].length === 0)
    return 'needs clients or machineClients: client ids of one issuer mean nothing at another';
  // Entra ID ignores RFC 8707 `resource`: only the operator knows the id of the API.
  if (profile === 'entra' && !audienceOf(entry))
    return 'needs the audience: the application id of the API, or its api:// URI';
  return undefined;
};

const entryProblem = (entry: Entry, profile: ClaimProfileName): string | undefined => {
  const { issuer, jwksUri, audience } = entry;
  if (!isText(issuer)) return 'needs an issuer';
  const { form, hint } = issuerProduct(profile);
  const insecure = insecureUrl(issuer);
  if (insecure) return insecure;
  if (!form.test(issuer)) return `has no ${profile} issuer (${hint}): ${issuer}`;
  if (jwksUri !== undefined && !isText(jwksUri)) return 'needs a jwksUri as text';
  if (audience !== undefined && !audienceOf(entry)) return 'needs audience as text or list of text';
  return memberProblem(entry) ?? foreignProblem(entry, profile);
};

/** Given one list, the other one is empty: the server's own lists are for its own issuer. */
const clientLists = ({ profile, clients, machineClients }: Entry) =>
  (profile ?? 'cognito') === 'cognito' && clients === undefined && machineClients === undefined
    ? {}
    : {
        userClients: (clients ?? []) as readonly string[],
        machineClients: (machineClients ?? []) as readonly string[],
      };

const optionalMembers = ({ profile, tenant, tenantClaim, groupsClaim, scopes, ...entry }: Entry) =>
  Object.fromEntries(
    Object.entries({
      profile,
      tenant,
      tenantClaim,
      groupsClaim,
      scopeNames: scopes,
      audience: audienceOf(entry),
    }).filter(([, value]) => value !== undefined),
  );

/** Reads one entry. Says what is wrong in words that fit behind `TOKEN_ISSUERS [0]`. */
export const readTokenIssuer = (value: unknown): Result<TokenIssuer, string> => {
  if (!isRecord(value)) return err('needs an issuer');
  const { profile = 'cognito' } = value;
  if (!isClaimProfileName(profile))
    return err(`must have a profile of cognito, entra, auth0 or okta, got ${profile}`);
  const problem = entryProblem(value, profile);
  if (problem) return err(problem);
  const issuer = value.issuer as string;
  const jwksUri = value.jwksUri ?? issuerProduct(profile).jwksUri(issuer);
  if (!isText(jwksUri)) return err('needs a jwksUri');
  const insecure = insecureUrl(jwksUri);
  if (insecure) return err(insecure);
  return ok(Object.freeze({ issuer, jwksUri, ...optionalMembers(value), ...clientLists(value) }));
};
