import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScriptedBrowser } from '../../dev/scripted-browser.ts';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { logIn, postForm, redeem, refresh } from '../support/oauth-by-hand.ts';
import { aPost, modernRequest } from '../support/resource-server.ts';

/** What a user, a client or the discovery of a theft ends, ends at the resource server, too. */

let local: LocalDeployment;
beforeAll(async () => {
  local = await aLocalDeployment();
});
afterAll(() => local.close());

const connect = async (username: string) => {
  const login = await logIn(local, username);
  const { status, body } = await redeem(local, login);
  expect(status).toBe(200);
  return {
    login,
    clientId: login.clientId,
    accessToken: String(body.access_token),
    refreshToken: String(body.refresh_token),
  };
};

const statusOf = async (token: string): Promise<number> => {
  const { body, headers } = modernRequest('tools/list');
  const response = await fetch(aPost(body, { url: local.mcpUrl, token, headers }));
  await response.text();
  return response.status;
};

/** How long it takes until an access token is refused; fails after five seconds. */
const secondsUntilRefused = async (token: string): Promise<number> => {
  const start = performance.now();
  while ((await statusOf(token)) === 200) {
    if (performance.now() - start > 5000) throw new Error('the access token is still accepted');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return (performance.now() - start) / 1000;
};

const disconnectEverything = async (username: string): Promise<void> => {
  const browser = createScriptedBrowser();
  const { password } = local.user(username);
  const first = await browser.open(`${local.origin}/oauth/connections`);
  if (first.kind !== 'page') throw new Error('the connections page asks nobody to sign in');
  const listed = await browser.submit(first.page, { username, password });
  if (listed.kind !== 'page') throw new Error('the connections page is not shown');
  const forms = listed.page.forms.filter(({ fields }) => 'grant' in fields);
  expect(forms.length).toBeGreaterThan(0);
  for (const form of forms) await browser.submit({ ...listed.page, forms: [form] }, {});
};

describe('an access token that is out already', () => {
  it('ends within seconds when its client revokes the connection, and nobody else’s does', async () => {
    const [mine, other, bobs] = [
      await connect('alice'),
      await connect('alice'),
      await connect('bob'),
    ];
    expect(await statusOf(mine.accessToken)).toBe(200);
    const form = { client_id: mine.clientId, token: mine.refreshToken };
    expect((await postForm(local, '/oauth/revoke', form)).status).toBe(200);
    expect(await secondsUntilRefused(mine.accessToken)).toBeLessThan(4);
    expect(await statusOf(other.accessToken)).toBe(200);
    expect(await statusOf(bobs.accessToken)).toBe(200);
    const refusal = local.events.findLast((event) => event.status_code === 'revoked');
    expect(refusal).toMatchObject({
      severity_id: 4,
      metadata: { event_code: 'token.rejected' },
      unmapped: { evidence: { revoked: 'sign-in' } },
    });
  });

  it('ends when its refresh token comes back used, because a thief holds one of the two', async () => {
    const { clientId, accessToken, refreshToken } = await connect('alice');
    const first = await refresh(local, clientId, refreshToken);
    expect(first.status).toBe(200);
    await refresh(local, clientId, String(first.body.refresh_token));
    expect((await refresh(local, clientId, refreshToken)).status).toBe(400);
    expect(await secondsUntilRefused(accessToken)).toBeLessThan(4);
    expect(await secondsUntilRefused(String(first.body.access_token))).toBeLessThan(4);
  });

  it('ends when its code is redeemed again', async () => {
    const { login, accessToken } = await connect('alice');
    expect((await redeem(local, login)).status).toBe(400);
    expect(await secondsUntilRefused(accessToken)).toBeLessThan(4);
  });

  it('ends when the user disconnects the client on the connections page', async () => {
    const { accessToken } = await connect('carol');
    await disconnectEverything('carol');
    expect(await secondsUntilRefused(accessToken)).toBeLessThan(4);
  });

  it('is no reason to refuse the next one: whoever signs in again is let in', async () => {
    const { clientId, refreshToken } = await connect('bob');
    await postForm(local, '/oauth/revoke', { client_id: clientId, token: refreshToken });
    const again = await connect('bob');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await statusOf(again.accessToken)).toBe(200);
  });
});

describe('the list of revocations', () => {
  const feedUrl = () => `${local.origin}/oauth/revocations`;

  it.each([
    ['nothing', {}],
    ['a wrong key', { authorization: `Bearer ${'x'.repeat(43)}` }],
    ['an access token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
  ])(
    'is not shown to who brings %s, because it says who is under suspicion',
    async (_, headers) => {
      const response = await fetch(feedUrl(), { headers });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('revocations');
      expect(eventCode(local.events.at(-1) as never)).toBe('request.rejected');
      expect(local.events.at(-1)).toMatchObject({ status_code: 'feed_key_refused' });
    },
  );
});
