import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CognitoSimulator, startCognitoSimulator } from '../../../dev/cognito/simulator.ts';
import type { PreTokenGenerationEvent } from '../../../lambda/pre-token-generation/event.ts';
import { aClient, aUserPool, callbackUrl, password } from './a-user-pool.ts';

describe('the login page', () => {
  let simulators: CognitoSimulator[];
  beforeAll(async () => {
    const options = {
      userPool: aUserPool({ clients: [aClient({ clientName: 'Notes, the MCP server' })] }),
      preTokenGeneration: (event: PreTokenGenerationEvent) => event,
    };
    simulators = await Promise.all([
      startCognitoSimulator(options),
      startCognitoSimulator({ ...options, showDemoUsers: true }),
    ]);
  });
  afterAll(() => Promise.all(simulators.map((simulator) => simulator.close())));

  const login = (index: number): Promise<Response> =>
    fetch(
      `${simulators[index]?.domain}/login?${new URLSearchParams({
        response_type: 'code',
        client_id: 'confidential1',
        redirect_uri: callbackUrl,
      })}`,
    );

  it('says that it is a stand-in, because nobody should type a real password into it', async () => {
    expect(await (await login(0)).text()).toContain('local stand-in for Amazon Cognito');
  });

  it('names the client, has a label for every field and no script', async () => {
    const page = await (await login(0)).text();
    expect(page).toContain('Notes, the MCP server');
    for (const field of ['username', 'password']) {
      expect(page).toContain(`<label for="${field}">`);
      expect(page).toContain(`id="${field}"`);
    }
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('name="viewport"');
    expect(page).not.toMatch(/<script|\son\w+=|javascript:/i);
  });

  it('forbids scripts and framing, and its own style matches the policy', async () => {
    const response = await login(0);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    // A form-action would be applied to the redirect to the client as well, and break it.
    expect(policy).not.toContain('form-action');
    const style = /<style>([\s\S]*?)<\/style>/.exec(await response.text())?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(policy).toContain(`'sha256-${Buffer.from(digest).toString('base64')}'`);
  });

  it('shows users and passwords only if asked to, because a shared machine has other readers', async () => {
    expect(await (await login(0)).text()).not.toContain(password);
    expect(await (await login(1)).text()).toContain(
      `<code>alice</code>, password <code>${password}`,
    );
  });

  it('keeps its cookies from scripts and from other sites', async () => {
    for (const cookie of (await login(0)).headers.getSetCookie())
      expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await login(0)).headers.getSetCookie()).toHaveLength(1);
  });
});
