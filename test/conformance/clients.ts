import type { PreregisteredClient } from '../../lambda/authorization-server/settings.ts';
import { claudeClients } from './clients/claude.ts';
import { cursorClients } from './clients/cursor.ts';
import { editorClients } from './clients/editors.ts';
import { googleClients } from './clients/google.ts';
import { inspectorClients } from './clients/inspector.ts';
import { mcpRemoteClients } from './clients/mcp-remote.ts';
import { microsoftClients } from './clients/microsoft.ts';
import { openAiClients } from './clients/openai.ts';
import type { McpClient } from './mcp-client.ts';

/**
 * The clients that a deployer meets, as data. What a row says about a product is what its source code,
 * its documentation or a recorded request says; `evidence` names which. No product was run.
 */

/** Where the facts about each product come from, and which of them nobody has published. */
export const evidence: Readonly<Record<string, string>> = {
  Claude:
    'document fetched 2026-09-24; revision 2025-11-25 recorded 2026-09-27; registration body quoted in several public projects; advanced settings by the vendor’s documentation',
  'Claude Code':
    'document fetched 2026-09-24; ports and host by the vendor’s documentation and issue tracker; registration body and revisions not published, all revisions tried',
  ChatGPT:
    'document fetched 2026-09-08; vendor’s documentation; registration body and revisions not published, all revisions tried',
  Codex:
    'document fetched 2026-09-24; registration body and revision 2025-06-18 recorded 2026-09-09',
  'VS Code':
    'document fetched 2026-09-08; registration body, ports and the form of `state` from its source code; all revisions tried',
  'VS Code Insiders': 'registration body from the source code; all revisions tried',
  'GitHub Copilot CLI':
    'document and ports quoted in github/copilot-cli#4793 and #4901 (2026-09); all revisions tried',
  Cursor:
    'three redirect URIs by the vendor’s documentation and recorded requests; rest of the registration body and revisions not published, all revisions tried',
  'MCP Inspector':
    'registration body from its source code; 2025-11-25 recorded 2026-09-08; 2026-07-28 because it builds on SDK v2',
  'mcp-remote': 'source code of 0.15.1: 2025-11-25 by default, 2026-07-28 on request',
  'Gemini CLI': 'source code; all revisions tried',
  Antigravity:
    'redirect URI by the vendor’s documentation, name from a recorded registration (2026-09-15); rest of the body and revisions not published, all revisions tried',
  Zed: 'document fetched 2026-09-24; ports and registration body from its source code; all revisions tried',
  OpenCode:
    'document from the source code of its site; registration by public records; all revisions tried',
};

export const mcpClients: readonly McpClient[] = [
  ...claudeClients,
  ...openAiClients,
  ...microsoftClients,
  ...cursorClients,
  ...inspectorClients,
  ...mcpRemoteClients,
  ...googleClients,
  ...editorClients,
];

export const preregisteredClients: readonly PreregisteredClient[] = mcpClients.flatMap(
  ({ registration }) => (registration.kind === 'preregistered' ? [registration.client] : []),
);
