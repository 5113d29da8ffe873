import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectionName, connectLines } from '../../server/connect-lines.ts';
import { landingPage, landingPageSecurityPolicy } from '../../server/landing-page.ts';

const lineFor = (client: string, resourceName: string, resourceIdentifier: string): string =>
  connectLines({ resourceName, resourceIdentifier }).find((line) => line.client === client)
    ?.line as string;

describe('connectLines', () => {
  it.each([
    ['Shared notes', 'shared-notes'],
    ['  ACME (EU) ', 'acme-eu'],
    ['日本', 'mcp-server'],
    ['x; rm -rf /', 'x-rm-rf'],
  ])('calls %j %s', (resourceName, name) => {
    expect(connectionName(resourceName)).toBe(name);
  });

  it('survives a shell, because people paste these lines without reading them', () => {
    const url = "https://mcp.example.com/m'c$(id);p";
    for (const client of ['Claude Code', 'VS Code', 'Codex']) {
      const [, ...rest] = lineFor(client, 'Notes', url).split(' ');
      const output = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${rest.join(' ')}`]).toString();
      expect(output).toContain(url);
    }
  });

  it('gives Cursor and VS Code valid JSON', () => {
    const url = 'https://mcp.example.com/mcp';
    expect(JSON.parse(lineFor('Cursor', 'Notes', url))).toEqual({ mcpServers: { notes: { url } } });
    expect(lineFor('VS Code', 'Notes', url)).toBe(
      `code --add-mcp '{"name":"notes","type":"http","url":"${url}"}'`,
    );
  });
});

describe('landingPage', () => {
  const page = landingPage({
    resourceName: '<script>alert(1)</script>',
    resourceIdentifier: 'https://mcp.example.com/mcp',
    authorizationServer: 'https://login.example.com',
  });

  it('escapes every value, although all of them come from the operator', () => {
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  it('allows exactly its own style sheet', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] as string;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(landingPageSecurityPolicy).toContain(`style-src 'sha256-${hash}'`);
    expect(page).not.toMatch(/\sstyle=|\son[a-z]+=|javascript:/);
  });

  it('says where the login window will be', () => {
    expect(page).toContain('login.example.com');
  });
});
