/** How to connect the clients people use: one line each, to copy and paste. */

export interface ConnectLine {
  /** Of one word, for programs. */
  readonly id: string;
  readonly client: string;
  /** What to do with the line, in a few words. */
  readonly instruction: string;
  readonly line: string;
}

/** A name that every client accepts for a server: lower case letters, digits and hyphens. */
export const connectionName = (resourceName: string): string =>
  resourceName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40) || 'mcp-server';

// URL paths may hold characters that a shell acts on; single quotes disarm all but the quote itself.
const shellQuoted = (text: string): string =>
  /^[A-Za-z0-9:/._~%-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The lines for one server. They hold no secret: every client finds out the rest by itself. */
export const connectLines = (server: {
  readonly resourceName: string;
  readonly resourceIdentifier: string;
}): readonly ConnectLine[] => {
  const name = connectionName(server.resourceName);
  const url = server.resourceIdentifier;
  const quotedUrl = shellQuoted(url);
  const inShell = 'Run in a terminal:';
  return [
    {
      id: 'ClaudeCode',
      client: 'Claude Code',
      instruction: inShell,
      line: `claude mcp add --transport http ${name} ${quotedUrl}`,
    },
    {
      id: 'VsCode',
      client: 'VS Code',
      instruction: inShell,
      line: `code --add-mcp ${shellQuoted(JSON.stringify({ name, type: 'http', url }))}`,
    },
    {
      id: 'Cursor',
      client: 'Cursor',
      instruction: 'Put into ~/.cursor/mcp.json:',
      line: JSON.stringify({ mcpServers: { [name]: { url } } }),
    },
    {
      id: 'Codex',
      client: 'Codex',
      instruction: inShell,
      line: `codex mcp add ${name} --url ${quotedUrl}`,
    },
    {
      id: 'McpInspector',
      client: 'MCP Inspector',
      instruction: 'Run in a terminal, then choose “Streamable HTTP” and paste the URL above:',
      line: 'npx @modelcontextprotocol/inspector',
    },
    {
      id: 'McpRemote',
      client: 'Clients that only start programs (mcp-remote)',
      instruction: 'Use as the command of the server:',
      line: `npx mcp-remote ${quotedUrl}`,
    },
  ];
};
