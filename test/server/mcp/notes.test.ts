import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../../oauth/principal.ts';
import { deleteNotesScope } from '../../../server/mcp/demo/note-tools.ts';
import { Notebook, notebookLimits } from '../../../server/mcp/demo/notebook.ts';
import { isUpdateOf, readEventStream } from '../../support/event-stream.ts';
import { aPrincipal } from '../../support/principal.ts';
import { aPost, aResourceServer, messageOf, modernRequest } from '../../support/resource-server.ts';
import { anAccessToken, cognitoScopes, everydayScopes } from '../../support/tokens.ts';

const person = (changes: Partial<Principal>): Principal =>
  aPrincipal({ tenant: undefined, ...changes });

describe('the notebook', () => {
  const ada = person({ tenant: 'acme' });
  const bob = person({ subject: 'bob', tenant: 'acme' });
  const eve = person({ subject: 'eve', tenant: 'evil' });
  let notebook: Notebook;
  beforeEach(() => {
    notebook = new Notebook(() => 0);
  });

  it('is shared inside a tenant and invisible outside, even to whoever knows an id', () => {
    const { id } = notebook.add(ada, { title: 'Plan', text: 'secret' });
    expect(notebook.find(bob, id)?.title).toBe('Plan');
    expect(notebook.all(eve)).toEqual([]);
    expect(notebook.search(eve, '')).toEqual([]);
    expect(notebook.find(eve, id)).toBeUndefined();
    expect(notebook.remove(eve, id)).toBe(false);
    expect(notebook.find(ada, id)).toBeDefined();
  });

  it('is private to a caller without a tenant, whatever a tenant is called', () => {
    const loner = person({ subject: 'acme' });
    notebook.add(ada, { title: 'Plan', text: '' });
    expect(notebook.all(loner)).toEqual([]);
    expect(notebook.all(person({ tenant: '' }))).toEqual([]);
    notebook.add(loner, { title: 'Mine', text: '' });
    expect(notebook.all(person({ subject: 'acme', issuer: 'https://other.example.com' }))).toEqual(
      [],
    );
  });

  it('finds notes that contain all words, in any case', () => {
    notebook.add(ada, { title: 'Groceries', text: 'Milk and bread' });
    expect(notebook.search(ada, 'MILK groceries')).toHaveLength(1);
    expect(notebook.search(ada, 'milk beer')).toHaveLength(0);
  });

  it('is bounded per tenant, so that one tenant cannot use up the memory of all', () => {
    for (let count = 0; count < notebookLimits.notesPerTenant; count += 1)
      notebook.add(ada, { title: 't', text: '' });
    expect(() => notebook.add(ada, { title: 't', text: '' })).toThrow('full');
    expect(() => notebook.add(eve, { title: 't', text: '' })).not.toThrow();
  });
});

describe('the demo server', () => {
  it('keeps tenants apart on every way in', async () => {
    const server = await aResourceServer();
    const scope = cognitoScopes([...everydayScopes, deleteNotesScope]);
    const ask = async (tenant_id: string, method: string, params: Record<string, unknown>) => {
      const token = anAccessToken(server.key, { tenant_id, scope });
      const { body, headers } = modernRequest(method, params);
      return messageOf(await server.send(aPost(body, { token, headers })));
    };
    const tool = (tenant: string, name: string, args: Record<string, unknown>) =>
      ask(tenant, 'tools/call', { name, arguments: args });

    const added = await tool('acme', 'add_note', { title: 'Plan', text: 'topsecret' });
    const { structuredContent } = added.result as { structuredContent: { id: string } };
    const { id } = structuredContent;
    const answers = await Promise.all([
      tool('evil', 'search_notes', { words: '' }),
      tool('evil', 'delete_note', { id }),
      ask('evil', 'resources/list', {}),
      ask('evil', 'resources/read', { uri: 'notes://all' }),
      ask('evil', 'resources/read', { uri: `notes://note/${id}` }),
      ask('evil', 'prompts/get', { name: 'summarize_notes', arguments: {} }),
    ]);
    for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/topsecret|Plan/);
    expect(JSON.stringify(await ask('acme', 'resources/read', { uri: 'notes://all' }))).toContain(
      'topsecret',
    );
    await server.close();
  });

  it('tells listeners of the tenant that there is a new note, and no other tenant', async () => {
    const server = await aResourceServer();
    const send = (tenant_id: string, method: string, params: Record<string, unknown>) => {
      const token = anAccessToken(server.key, { tenant_id });
      const { body, headers } = modernRequest(method, params);
      return server.send(aPost(body, { token, headers }));
    };
    const notifications = { resourceSubscriptions: ['notes://all'], resourcesListChanged: true };
    const [acme, evil] = await Promise.all(
      ['acme', 'evil'].map(async (tenant) =>
        readEventStream(await send(tenant, 'subscriptions/listen', { notifications })),
      ),
    );
    await send('acme', 'tools/call', { name: 'add_note', arguments: { title: 'a', text: 'b' } });
    await acme?.until(isUpdateOf('notes://all'));
    await acme?.until(({ method }) => method === 'notifications/resources/list_changed');
    expect(evil?.messages.map(({ method }) => method)).toEqual([
      'notifications/subscriptions/acknowledged',
    ]);
    await server.close();
  });

  it('marks what it reads as private, because caches on the way are shared', async () => {
    const server = await aResourceServer();
    const { body, headers } = modernRequest('resources/read', { uri: 'notes://all' });
    const response = await server.send(aPost(body, { token: anAccessToken(server.key), headers }));
    expect(await messageOf(response)).toMatchObject({
      result: { cacheScope: 'private', ttlMs: 0 },
    });
    await server.close();
  });

  it('asks for the privileged scope with a challenge that keeps the everyday ones', async () => {
    const server = await aResourceServer();
    const params = { name: 'delete_note', arguments: { id: crypto.randomUUID() } };
    const { body, headers } = modernRequest('tools/call', params);
    const response = await server.send(aPost(body, { token: anAccessToken(server.key), headers }));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(
      `scope="${everydayScopes.join(' ')} ${deleteNotesScope}"`,
    );
    await server.close();
  });
});
