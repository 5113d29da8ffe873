import { McpServer } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createChangeBus } from '../../../server/changes/change-bus.ts';
import type { McpApplication } from '../../../server/mcp/application.ts';
import { defineResource } from '../../../server/mcp/resource.ts';
import { createSubscriptions } from '../../../server/mcp/subscriptions.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import { createStreamLifetimes } from '../../../server/stream-lifetime.ts';
import { type EventStream, isUpdateOf, readEventStream } from '../../support/event-stream.ts';
import { aPrincipal } from '../../support/principal.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

/** `subscriptions/listen` through the pipeline: whose changes reach whom. */

const uri = 'board://now';

const application: McpApplication = {
  name: 'board',
  version: '1.0.0',
  tools: [
    defineTool({
      name: 'change',
      title: 'Change',
      description: 'Changes the board.',
      requiredScopes: [],
      inputSchema: z.object({ reach: z.enum(['tenant', 'subject']).optional() }),
      annotations: {},
      handler: ({ reach }, { notify }) => {
        notify.resourceUpdated(uri, reach);
        notify.resourcesChanged(reach);
        return { content: [] };
      },
    }),
  ],
  resources: [
    defineResource({
      name: 'board',
      title: 'Board',
      description: 'What is on the board.',
      uri,
      requiredScopes: [],
      handler: () => ({ contents: [{ uri, text: 'nothing' }] }),
    }),
  ],
  resourceSubscriptions: true,
};

type Claims = Record<string, unknown>;
const people = {
  ada: { sub: 'ada' },
  bob: { sub: 'bob' },
  eve: { sub: 'eve', tenant_id: 'evil' },
} satisfies Record<string, Claims>;

let server: TestServer;
const streams: EventStream[] = [];
beforeEach(async () => {
  server = await aResourceServer({ application });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.cancel();
  await server.close();
});

const send = (claims: Claims, method: string, params: Record<string, unknown>) => {
  const { body, headers } = modernRequest(method, params);
  return server.send(aPost(body, { token: anAccessToken(server.key, claims), headers }));
};
const listen = async (claims: Claims, notifications: Record<string, unknown>) => {
  const stream = readEventStream(await send(claims, 'subscriptions/listen', { notifications }));
  streams.push(stream);
  await stream.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
  return stream;
};
const everything = { resourceSubscriptions: [uri], resourcesListChanged: true };
const change = (claims: Claims, reach?: string) =>
  send(claims, 'tools/call', { name: 'change', arguments: reach ? { reach } : {} });
const updates = ({ messages }: EventStream) => messages.filter(isUpdateOf(uri)).length;

describe('a change', () => {
  it('reaches the clients of the tenant and nobody else, although all listen to the same URI', async () => {
    const [ada, bob, eve] = await Promise.all([
      listen(people.ada, everything),
      listen(people.bob, everything),
      listen(people.eve, everything),
    ]);
    await change(people.ada);
    await Promise.all([ada, bob].map((stream) => stream.until(isUpdateOf(uri))));
    await ada.until(({ method }) => method === 'notifications/resources/list_changed');
    await change(people.eve);
    await eve.until(isUpdateOf(uri));
    expect([ada, bob, eve].map(updates)).toEqual([1, 1, 1]);
  });

  it('reaches the caller alone when the handler says so', async () => {
    const [ada, bob] = [await listen(people.ada, everything), await listen(people.bob, everything)];
    await change(people.ada, 'subject');
    await ada.until(isUpdateOf(uri));
    expect(updates(bob)).toBe(0);
  });

  it('reaches only those who asked for it', async () => {
    const [lists, uris] = [
      await listen(people.ada, { resourcesListChanged: true }),
      await listen(people.ada, { resourceSubscriptions: [uri] }),
    ];
    await change(people.ada);
    await lists.until(({ method }) => method === 'notifications/resources/list_changed');
    await uris.until(isUpdateOf(uri));
    expect(updates(lists)).toBe(0);
    expect(uris.messages.filter(({ method }) => method?.endsWith('list_changed'))).toEqual([]);
  });

  it('from outside of a call reaches whom it is meant for', async () => {
    const [ada, eve] = [await listen(people.ada, everything), await listen(people.eve, everything)];
    server.publish({ kind: 'resource_updated', uri, reach: { kind: 'everybody' } });
    await Promise.all([ada, eve].map((stream) => stream.until(isUpdateOf(uri))));
    expect([ada, eve].map(updates)).toEqual([1, 1]);
  });

  it('costs listeners a few messages when a tool makes it a hundred times', async () => {
    const ada = await listen(people.ada, everything);
    for (let round = 0; round < 100; round += 1)
      server.publish({ kind: 'resource_updated', uri, reach: { kind: 'everybody' } });
    await ada.until(isUpdateOf(uri));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(updates(ada)).toBe(2);
  });
});

describe('a stream of subscriptions', () => {
  it('ends with a result when the server closes, because that tells the client to listen elsewhere', async () => {
    const ada = await listen(people.ada, everything);
    await server.close();
    expect(await ada.ended).toBe('ended');
    expect(ada.messages.at(-1)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
  });

  it('ends when the server drains; new ones are sent elsewhere, and calls go on', async () => {
    const ada = await listen(people.ada, everything);
    await server.drain();
    expect(await ada.ended).toBe('ended');
    const late = await send(people.ada, 'subscriptions/listen', { notifications: everything });
    expect(late.status).toBe(503);
    expect(late.headers.get('retry-after')).toBe('1');
    expect((await change(people.ada)).status).toBe(200);
    expect(server.faults).toEqual([]);
  });

  it('gives its place back when the client goes away', async () => {
    const ada = await listen(people.ada, everything);
    expect(server.openCalls()).toBe(1);
    await ada.cancel();
    await expect.poll(() => server.openCalls()).toBe(0);
  });

  it('is not offered to clients of 2025, because nothing could reach them', async () => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const request = aPost(legacyRequest('initialize', params), {
      token: anAccessToken(server.key),
    });
    const { result } = (await messageOf(await server.send(request))) as {
      result: { capabilities: { resources: Record<string, unknown> } };
    };
    expect(result.capabilities.resources).not.toHaveProperty('subscribe');
  });
});

describe('the access token of an open stream', () => {
  const ada = aPrincipal({ expiresAt: 3600 });

  it('is looked at while the stream is open: revoked, it hears nothing more and ends within seconds', async () => {
    let isRevoked = false;
    const changes = createChangeBus();
    const factory = () => {
      const own = new McpServer({ name: 's', version: '1' });
      own.server.registerCapabilities({ resources: { listChanged: true } });
      return own;
    };
    const subscriptions = createSubscriptions(factory, {
      changes,
      keepAliveMs: 10_000,
      now: () => 0,
      isRevoked: () => isRevoked,
    });
    const { body, headers } = modernRequest('subscriptions/listen', {
      notifications: { resourcesListChanged: true },
    });
    const authInfo = { token: 'redacted', clientId: 'client', scopes: [] };
    const call = { parsedBody: body, authInfo, principal: ada };
    const answer = await subscriptions.open(aPost(body, { headers }), call);
    const stream = readEventStream(answer as Response);
    const tell = () =>
      changes.publish({ kind: 'resources_list_changed', reach: { kind: 'everybody' } });
    tell();
    await stream.until(({ method }) => method === 'notifications/resources/list_changed');
    isRevoked = true;
    tell();
    expect(await stream.ended).toBe('ended');
    const told = stream.messages.filter(({ method }) => method?.endsWith('list_changed'));
    expect(told).toHaveLength(1);
    expect(stream.messages.at(-1)).toMatchObject({ result: { resultType: 'complete' } });
    await subscriptions.close();
  });

  it('ends the stream once, when it expires or is revoked, and nothing after the stream has ended itself', () => {
    vi.useFakeTimers();
    const revoked = new Set<string>();
    const ended: string[] = [];
    const watchLifetime = createStreamLifetimes({
      now: () => 0,
      isRevoked: ({ tokenId }) => revoked.has(tokenId),
    });
    const watch = (name: string, expiresAt: number) =>
      watchLifetime({ ...ada, tokenId: name, expiresAt }, () => ended.push(name));
    watch('expires', 10);
    watch('revoked', 3600);
    const stop = watch('left', 10);
    vi.advanceTimersByTime(9000);
    expect(ended).toEqual([]);
    stop();
    vi.advanceTimersByTime(1000);
    expect(ended).toEqual(['expires']);
    revoked.add('revoked').add('expires').add('left');
    vi.advanceTimersByTime(60_000);
    expect(ended).toEqual(['expires', 'revoked']);
    // Nothing is left that would keep looking, and it begins anew with the next stream.
    expect(vi.getTimerCount()).toBe(0);
    watch('later', 3600);
    revoked.add('later');
    vi.advanceTimersByTime(2000);
    expect(ended).toEqual(['expires', 'revoked', 'later']);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
