import { Unmet } from './check.ts';
import { type Answer, stringIn } from './http/answer.ts';
import type { HttpClient } from './http/http-client.ts';
import { once } from './memo.ts';
import { scopesToAskFor } from './oauth/authorization-server.ts';
import { bearerChallengeIn } from './oauth/challenge.ts';
import { expectedIssuer, findResourceMetadata, findServerMetadata } from './oauth/discovery.ts';

const orUndefined = async <T>(found: Promise<T>): Promise<T | undefined> => {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Unmet) return undefined;
    throw error;
  }
};

/** What a client finds out before it signs in, each part asked for once. */
export const createDiscovery = (
  http: HttpClient,
  url: URL,
  unauthenticated: () => Promise<Answer>,
) => {
  const challengeFound = async () => {
    const { headers } = await unauthenticated();
    return bearerChallengeIn(headers['www-authenticate']);
  };
  const resourceMetadata = once(async () =>
    findResourceMetadata(http, url, await challengeFound()),
  );
  const issuer = once(async () =>
    expectedIssuer((await orUndefined(resourceMetadata()))?.document, url),
  );
  return {
    resourceMetadata,
    issuer,
    serverMetadata: once(async () => findServerMetadata(http, await issuer())),
    challenge: async () => {
      const found = await challengeFound();
      if (!found) throw new Unmet('there is no Bearer challenge');
      return found;
    },
    scopes: once(async () =>
      scopesToAskFor(
        (await challengeFound())?.parameters.scope,
        (await orUndefined(resourceMetadata()))?.document,
      ),
    ),
    resource: once(async () => {
      const found = await orUndefined(resourceMetadata());
      return stringIn(found?.document, 'resource') ?? url.href;
    }),
  };
};
