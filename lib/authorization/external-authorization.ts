import type { AuthorizationParts, OtherChoices } from './authorization-context.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

const choiceProblems = ({ groupScopes, tenancy }: OtherChoices): readonly string[] => [
  ...(groupScopes
    ? [
        "'groupScopes' must not be given with Authorization.external(), whose issuer decides who may have which scope, got some",
      ]
    : []),
  ...(tenancy.tenants.length > 0
    ? [
        `'tenancy' must name no tenants with Authorization.external(), whose tokens bring them, got ${tenancy.tenants.join(', ')}`,
      ]
    : []),
];

export const externalProblems = (
  issuers: readonly TrustedIssuer[],
  choices: OtherChoices,
): readonly string[] => {
  const urls = issuers.map(({ issuerUrl }) => issuerUrl);
  const repeated = urls.find((url, index) => urls.indexOf(url) !== index);
  return [
    ...(issuers.length > 0 ? [] : ["'authorization' must trust at least one issuer, got none"]),
    ...(repeated ? [`'authorization' must name each issuer once, got ${repeated} again`] : []),
    ...issuers.flatMap((issuer) => issuer.problems(choices.tenancy.mode === 'required')),
    ...choiceProblems(choices),
  ];
};

/** Nothing to create: users, clients and tokens are somebody else's. */
export const bindExternal = (issuers: readonly TrustedIssuer[]): AuthorizationParts => {
  const tokenIssuers = issuers.map((issuer) => issuer.settings());
  return {
    // Clients are sent to the first; the others' tokens come from programs that know where to go.
    authorizationServerUrl: tokenIssuers[0]?.issuer ?? '',
    tokenIssuers,
    userClients: '',
    machineClients: '',
  };
};
