import { connectLines } from '../server/connect-lines.ts';
import type { LocalMode } from './local-mode.ts';

/** What a person reads when local mode has started. */
export const banner = (local: LocalMode): string => {
  const users = local.users.map(
    ({ username, password, tenant, groups }) =>
      `  ${username.padEnd(8)}${password.padEnd(18)}${tenant.padEnd(8)}${groups.filter((name) => !name.startsWith('tenant:')).join(', ')}`,
  );
  const lines = connectLines({ resourceName: 'team-notes', resourceIdentifier: local.mcpUrl });
  return [
    '',
    'A secured MCP server is running on this machine. Nothing leaves it; Cognito is a stand-in.',
    '',
    `  MCP URL       ${local.mcpUrl}`,
    `  Landing page  ${local.origin}/`,
    `  Connections   ${local.origin}/oauth/connections`,
    '',
    'Sign in as',
    `  ${'user'.padEnd(8)}${'password'.padEnd(18)}${'tenant'.padEnd(8)}role`,
    ...users,
    '',
    'Connect',
    ...lines.flatMap(({ client, instruction, line }) => [
      `  ${client} – ${instruction}`,
      `    ${line}`,
    ]),
    '',
    'Security log (Ctrl-C ends it)',
    '',
  ].join('\n');
};

/** The same for scripts: one JSON object. */
export const readyObject = (local: LocalMode): object => ({
  ready: true,
  mcpUrl: local.mcpUrl,
  issuer: local.issuer,
  users: local.users.map(({ username, password, tenant, groups }) => ({
    username,
    password,
    tenant,
    groups,
  })),
});
