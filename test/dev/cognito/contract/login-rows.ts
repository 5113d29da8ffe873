import { expect } from 'vitest';
import { callbackUrl, confidential, password, publicClient } from '../a-user-pool.ts';
import { type ContractRow, claimsOf, createBrowser, locationOf } from '../subject.ts';

const managedLogin = 'cognito-user-pools-managed-login';

export const loginRows: readonly ContractRow[] = [
  {
    source: 'login-endpoint',
    rule: '/login takes the same parameters as /oauth2/authorize and can be opened directly',
    holds: async ({ domain, authorizeUrl, submitLogin }) => {
      const url = `${domain}/login${new URL(authorizeUrl()).search}`;
      const response = await submitLogin(createBrowser(), url, { username: 'alice', password });
      expect(locationOf(response).searchParams.get('code')).toBeTruthy();
      const foreign = url.replace('41100', '41101');
      expect((await createBrowser().get(foreign)).status).toBe(400);
    },
  },
  {
    source: 'login-endpoint',
    rule: 'an e-mail address is as good as the username where it is an alias',
    holds: async ({ signIn }) => {
      const callback = await signIn(confidential, {}, { username: 'alice@example.com' });
      expect(callback.searchParams.has('code')).toBe(true);
    },
  },
  {
    source: 'cognito-user-pool-managing-errors',
    rule: 'an unknown user and a wrong password look the same (PreventUserExistenceErrors)',
    holds: async ({ authorizeUrl, submitLogin }) => {
      const attempt = async (username: string, typed: string) => {
        const browser = createBrowser();
        const login = locationOf(await browser.get(authorizeUrl())).href;
        const response = await submitLogin(browser, login, { username, password: typed });
        const page = await response.text();
        expect(page).toContain('Incorrect username or password.');
        return [response.status, page.replace(/value="[^"]*"/g, '')];
      };
      expect(await attempt('nobody', password)).toEqual(await attempt('alice', 'wrong'));
    },
  },
  {
    source: managedLogin,
    rule: 'the login form carries a CSRF token that must match the cookie',
    holds: async ({ authorizeUrl, submitLogin }) => {
      const browser = createBrowser();
      const login = locationOf(await browser.get(authorizeUrl())).href;
      const credentials = { username: 'alice', password };
      const forged = await submitLogin(browser, login, { ...credentials, _csrf: 'forged' });
      expect(forged.status).toBe(400);
      const withoutCookie = await createBrowser().post(login, { ...credentials, _csrf: '' });
      expect(withoutCookie.status).toBe(400);
    },
  },
  {
    source: managedLogin,
    rule: 'there is no consent screen: the password leads straight to the callback',
    holds: async ({ signIn }) => {
      const callback = await signIn(confidential, { prompt: 'consent' });
      expect(callback.origin + callback.pathname).toBe(callbackUrl);
    },
  },
  {
    source: managedLogin,
    rule: 'the session cookie signs the user in at every app client, silently, for one hour',
    holds: async ({ signIn, authorizeUrl, advance }) => {
      const browser = createBrowser();
      await signIn(confidential, {}, { browser });
      advance(3599);
      const silent = locationOf(await browser.get(authorizeUrl(publicClient)));
      expect(silent.searchParams.has('code')).toBe(true);
      advance(1);
      const later = locationOf(await browser.get(authorizeUrl(publicClient)));
      expect(later.pathname).toBe('/login');
    },
  },
  {
    source: managedLogin,
    rule: 'auth_time stays the time of the password when the session is reused',
    holds: async ({ signIn, redeem, advance, seconds }) => {
      const browser = createBrowser();
      const signedInAt = seconds();
      await signIn(confidential, {}, { browser });
      advance(600);
      const callback = await signIn(confidential, {}, { browser });
      const { body } = await redeem(confidential, callback.searchParams.get('code'));
      const { auth_time, iat } = claimsOf(body.access_token);
      expect([auth_time, iat]).toEqual([signedInAt, signedInAt + 600]);
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'prompt=login asks again although there is a session',
    holds: async ({ signIn, authorizeUrl }) => {
      const browser = createBrowser();
      await signIn(confidential, {}, { browser });
      const location = locationOf(
        await browser.get(authorizeUrl(confidential, { prompt: 'login' })),
      );
      expect(location.pathname).toBe('/login');
      expect((await browser.get(location.href)).status).toBe(200);
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'prompt=none answers login_required without a session and a code with one',
    holds: async ({ signIn, authorizeUrl }) => {
      const browser = createBrowser();
      const url = authorizeUrl(confidential, { prompt: 'none', state: 'st' });
      const before = locationOf(await browser.get(url)).searchParams;
      expect(Object.fromEntries(before)).toEqual({ state: 'st', error: 'login_required' });
      await signIn(confidential, {}, { browser });
      expect(locationOf(await browser.get(url)).searchParams.has('code')).toBe(true);
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'login_hint fills in the username',
    holds: async ({ authorizeUrl }) => {
      const browser = createBrowser();
      const url = authorizeUrl(confidential, { login_hint: '"><script>alice' });
      const page = await (await browser.get(locationOf(await browser.get(url)).href)).text();
      expect(page).toContain('value="&quot;&gt;&lt;script&gt;alice"');
    },
  },
  {
    source: 'logout-endpoint',
    rule: 'logout ends the session and goes to a registered sign-out URL only',
    holds: async ({ signIn, domain, authorizeUrl }) => {
      const browser = createBrowser();
      await signIn(confidential, {}, { browser });
      const logout = (logout_uri: string) =>
        browser.get(
          `${domain}/logout?${new URLSearchParams({ client_id: confidential.clientId, logout_uri })}`,
        );
      expect((await logout('https://evil.example/')).status).toBe(400);
      expect(locationOf(await browser.get(authorizeUrl())).searchParams.has('code')).toBe(true);
      const response = await logout('https://app.example.com/signed-out');
      expect(locationOf(response).href).toBe('https://app.example.com/signed-out');
      expect(locationOf(await browser.get(authorizeUrl())).pathname).toBe('/login');
    },
  },
  {
    source: 'logout-endpoint',
    rule: 'logout with redirect_uri shows the login page again',
    holds: async ({ signIn, domain, authorizeUrl }) => {
      const browser = createBrowser();
      await signIn(confidential, {}, { browser });
      const { search } = new URL(authorizeUrl());
      const location = locationOf(await browser.get(`${domain}/logout${search}`));
      expect(location.pathname + location.search).toBe(`/login${search}`);
      expect((await browser.get(location.href)).status).toBe(200);
    },
  },
];
