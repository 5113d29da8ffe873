/**
 * The names of the identity providers that vouched for a user, from the attributes Cognito sets
 * itself. Empty for local users, also for local users with a linked federated identity: they may
 * have signed in with a password that the identity provider knows nothing about.
 *
 * The user name is not consulted: with self-sign-up anybody may call themselves `EntraId_ceo`.
 */
export const identityProvidersOf = (
  userAttributes: Readonly<Record<string, string>>,
): readonly string[] => {
  if (userAttributes['cognito:user_status'] !== 'EXTERNAL_PROVIDER') return [];
  try {
    const identities: unknown = JSON.parse(userAttributes.identities ?? '[]');
    if (!Array.isArray(identities)) return [];
    return identities
      .map((identity: { providerName?: unknown } | null) => identity?.providerName)
      .filter((name) => typeof name === 'string');
  } catch {
    return [];
  }
};
