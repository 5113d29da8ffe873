import { decodeProtectedHeader } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CallbackListener, listenForCallback } from '../support/callback-listener.ts';
import { CommandLineProvider } from '../support/command-line-provider.ts';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { accessTokenOf } from '../support/oauth-by-hand.ts';
import { aPost, modernRequest } from '../support/resource-server.ts';
import { type SdkLogins, sdkLogins } from '../support/sdk-logins.ts';
import { sdks } from '../support/sdk-sessions.ts';

/** Cognito changes its signing keys while clients are connected. */

let local: LocalDeployment;
let callback: CallbackListener;
let logins: SdkLogins;

beforeAll(async () => {
  callback = await listenForCallback();
});

// A deployment each: how often unknown key ids may cause a fetch is limited.
beforeEach(async () => {
  local = await aLocalDeployment();
  logins = sdkLogins(local, callback);
});

afterEach(async () => {
  await logins.closeAll();
  await local.close();
});

afterAll(() => callback.close());

const statusOf = async (token: string): Promise<number> => {
  const { body, headers } = modernRequest('tools/list');
  const response = await fetch(aPost(body, { url: local.mcpUrl, token, headers }));
  await response.text();
  return response.status;
};

const reasons = (name: string): readonly unknown[] =>
  local.events.filter((event) => eventCode(event) === name).map((event) => event.status_code);

describe('a rotation', () => {
  it('that keeps the old key published disturbs nobody, because both keys are accepted', async () => {
    const before = await accessTokenOf(local, 'alice');
    await local.simulator.rotateSigningKeys();
    const after = await accessTokenOf(local, 'alice');
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    expect(await statusOf(after)).toBe(200);
    expect(await statusOf(before)).toBe(200);
    expect(reasons('token.rejected')).toEqual([]);
  });

  it('that withdraws the old key ends its tokens as soon as a token of the new key has been seen', async () => {
    const before = await accessTokenOf(local, 'alice');
    await local.simulator.rotateSigningKeys({ withdraw: true });
    const after = await accessTokenOf(local, 'alice');
    expect(await statusOf(after)).toBe(200);
    expect(await statusOf(before)).toBe(401);
    expect(await statusOf(after)).toBe(200);
    expect(reasons('token.rejected')).toEqual(['kid_unknown']);
  });

  it.each(Object.entries(sdks))(
    'that withdraws the old key makes %s refresh by itself and go on, because its grant is still good',
    async (_, { open }) => {
      const provider = new CommandLineProvider({ redirectUrl: callback.redirectUrl });
      const { session } = await logins.connectFromBareUrl(open, provider);
      const before = provider.accessToken;
      await local.simulator.rotateSigningKeys({ withdraw: true });
      expect(await statusOf(await accessTokenOf(local, 'carol'))).toBe(200);

      const { structuredContent } = await session.callTool('whoami');
      expect(structuredContent).toMatchObject({ username: 'alice' });
      expect(provider.timesSaved).toBe(2);
      expect(decodeProtectedHeader(provider.accessToken).kid).not.toBe(
        decodeProtectedHeader(before).kid,
      );
      expect(reasons('token.rejected')).toEqual(['kid_unknown']);
    },
  );

  it('that is followed by a failing key endpoint heals with the next request, because a miss may ask again', async () => {
    const before = await accessTokenOf(local, 'alice');
    await local.simulator.rotateSigningKeys();
    const after = await accessTokenOf(local, 'alice');
    local.simulator.misbehave({ endpoint: 'jwks', kind: 'http_500' });
    expect(await statusOf(after)).toBeGreaterThanOrEqual(401);
    expect(reasons('keys.refresh_failed')).toHaveLength(1);
    expect(await statusOf(before)).toBe(200);
    expect(await statusOf(after)).toBe(200);
  });

  it('cannot be imitated: made-up key ids cause a handful of fetches and no more', async () => {
    const good = await accessTokenOf(local, 'alice');
    const jwksFetches = () =>
      local.simulator.requests.filter(({ path }) => path.endsWith('/jwks.json')).length;
    const before = jwksFetches();
    const madeUp = Array.from({ length: 50 }, (_, index) => {
      const header = { alg: 'RS256', kid: `made-up-${index}` };
      const encodedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
      return good.replace(/^[^.]+/, encodedHeader);
    });
    for (const token of madeUp) expect(await statusOf(token)).toBe(401);
    expect(jwksFetches() - before).toBeLessThan(10);
    expect(await statusOf(good)).toBe(200);
  });
});
