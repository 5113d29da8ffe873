import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, listen } from '../../server/listener.ts';
import { deleteNotesScope } from '../../server/mcp/demo/note-tools.ts';
import { aResourceServer, type TestServer } from '../support/resource-server.ts';
import { anAccessToken, cognitoScopes, everydayScopes } from '../support/tokens.ts';

let server: TestServer;
let listener: Listener;
let url: URL;
const allowedHosts: string[] = [];

beforeAll(async () => {
  server = await aResourceServer({ config: { allowedHosts } });
  listener = await listen(server.handle, { host: '127.0.0.1', port: 0 });
  allowedHosts.push(`127.0.0.1:${listener.port}`);
  url = new URL(`http://127.0.0.1:${listener.port}/mcp`);
});

afterAll(async () => {
  await server.close();
  await listener.close(0);
});

const requestInit = (scopes: readonly string[] = everydayScopes) => ({
  headers: {
    authorization: `Bearer ${anAccessToken(server.key, { scope: cognitoScopes(scopes) })}`,
  },
});

const info = { name: 'test', version: '1.0.0' };

const clients = {
  'SDK v1': async (scopes?: readonly string[]) => {
    const client = new ClientV1(info);
    await client.connect(new TransportV1(url, { requestInit: requestInit(scopes) }));
    return client as unknown as Client;
  },
  'SDK v2, 2025 handshake': async (scopes?: readonly string[]) => {
    const client = new Client(info);
    await client.connect(
      new StreamableHTTPClientTransport(url, { requestInit: requestInit(scopes) }),
    );
    return client;
  },
  'SDK v2, 2026-07-28': async (scopes?: readonly string[]) => {
    const client = new Client(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(
      new StreamableHTTPClientTransport(url, { requestInit: requestInit(scopes) }),
    );
    return client;
  },
};

describe.each(Object.entries(clients))('%s over real HTTP', (_, connect) => {
  it('lists tools in a fixed order, because a list that varies confuses caches and people', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'whoami',
      'search_notes',
      'add_note',
      'delete_note',
    ]);
    await client.close();
  });

  it('calls a tool and gets the principal back as structured output', async () => {
    const client = await connect();
    const result = await client.callTool({ name: 'whoami', arguments: {} });
    expect(result.structuredContent).toMatchObject({ username: 'ada', tenant: 'acme' });
    await client.close();
  });

  it('writes, finds, reads and deletes a note', async () => {
    const client = await connect([...everydayScopes, deleteNotesScope]);
    const note = { title: 'Groceries', text: 'Milk and bread' };
    const added = await client.callTool({ name: 'add_note', arguments: note });
    const { id } = added.structuredContent as { id: string };
    const found = await client.callTool({ name: 'search_notes', arguments: { words: 'milk' } });
    expect(found.structuredContent).toMatchObject({ notes: [{ id, ...note }] });
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(['notes://all', `notes://note/${id}`]);
    const { contents } = await client.readResource({ uri: `notes://note/${id}` });
    expect(contents).toMatchObject([{ text: note.text }]);
    const prompt = await client.getPrompt({ name: 'summarize_notes', arguments: {} });
    expect(JSON.stringify(prompt.messages)).toContain('Groceries');
    const deleted = await client.callTool({ name: 'delete_note', arguments: { id } });
    expect(deleted.structuredContent).toEqual({ deleted: id });
    await client.close();
  });

  it('refuses the privileged tool to an everyday token, because scopes are checked per operation', async () => {
    const client = await connect();
    const id = crypto.randomUUID();
    const call = client.callTool({ name: 'delete_note', arguments: { id } });
    await expect(call).rejects.toThrow();
    await client.close();
  });
});
