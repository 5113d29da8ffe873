import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toResponse } from '../../../server/answer.ts';
import type { McpBackend } from '../../../server/mcp/backend.ts';
import { UserFacingError } from '../../../server/mcp/caller.ts';
import { applicationBackend } from '../../../server/mcp/handler.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

/**
 * The short way must not be another server: whatever is sent, a server that has it says the same as
 * one that has only the SDK's entry.
 */

const about = { title: 'T', description: 'D', requiredScopes: [], annotations: {} };
const runs: AbortSignal[] = [];

const tools = [
  defineTool({
    ...about,
    name: 'echo',
    inputSchema: z.object({ text: z.string().max(10).default('nothing') }),
    handler: ({ text }, { principal }) => ({
      content: [{ type: 'text', text: `${text} ${principal.tenant}` }],
    }),
  }),
  defineTool({
    ...about,
    name: 'structured',
    inputSchema: z.object({ broken: z.boolean().optional() }),
    outputSchema: z.object({ sum: z.number() }),
    handler: ({ broken }) => ({ content: [], structuredContent: { sum: broken ? 'x' : 2 } }),
  }),
  defineTool({
    ...about,
    name: 'polite',
    inputSchema: z.object({}),
    handler: () => {
      throw new UserFacingError('Please choose another title.');
    },
  }),
  defineTool({
    ...about,
    name: 'broken',
    inputSchema: z.object({}),
    handler: () => {
      throw new Error('password: hunter2');
    },
  }),
  defineTool({
    ...about,
    name: 'regional',
    inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
    handler: ({ region }) => ({ content: [{ type: 'text', text: region }] }),
  }),
  defineTool({
    ...about,
    name: 'endless',
    inputSchema: z.object({}),
    handler: (_, { signal }) => {
      runs.push(signal);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ content: [] }), { once: true });
      });
    },
  }),
];

const application = { name: 'n', title: 'N', version: '1', instructions: 'Hello', tools };

/** How often the short way was taken. */
let directAnswers = 0;

const counted: McpBackend = {
  ...applicationBackend(application),
  open: (environment) => {
    const endpoint = applicationBackend(application).open(environment);
    return {
      ...endpoint,
      handleDirectly: async (call) => {
        const answer = await endpoint.handleDirectly?.(call);
        if (answer) directAnswers += 1;
        return answer;
      },
    };
  },
};

const entryOnly: McpBackend = {
  ...applicationBackend(application),
  open: (environment) => {
    const { handle, close } = applicationBackend(application).open(environment);
    return { handle, close };
  },
};

let both: TestServer;
let entry: TestServer;

beforeAll(async () => {
  both = await aResourceServer({ application: counted });
  entry = await aResourceServer({ application: entryOnly, key: both.key });
});

afterAll(async () => {
  await both.close();
  await entry.close();
});

interface Sent {
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

const modern = (name: string, args: unknown, changes: Record<string, unknown> = {}): Sent =>
  modernRequest('tools/call', { name, arguments: args, ...changes });

const legacy = (name: string, args: unknown, version = '2025-11-25'): Sent => ({
  body: legacyRequest('tools/call', { name, arguments: args }),
  headers: { 'mcp-protocol-version': version },
});

const withHeader = ({ body, headers = {} }: Sent, name: string, value: string | undefined) => {
  const { [name]: _, ...others } = headers;
  return { body, headers: value === undefined ? others : { ...others, [name]: value } };
};

const withMember = ({ body, headers }: Sent, members: object): Sent => ({
  body: { ...(body as object), ...members },
  headers,
});

const withMeta = (sent: Sent, changes: Record<string, unknown>): Sent => {
  const { params, ...rest } = sent.body as { params: { _meta: object } };
  const meta = Object.fromEntries(
    Object.entries({ ...params._meta, ...changes }).filter(([, value]) => value !== undefined),
  );
  return { ...sent, body: { ...rest, params: { ...params, _meta: meta } } };
};

const outcome = async (server: TestServer, { body, headers }: Sent) => {
  const token = anAccessToken(server.key);
  const response = await server.send(aPost(body, { token, headers }));
  const { status } = response;
  const text = JSON.stringify(await messageOf(response)).replaceAll(/[0-9a-f]{32}/g, '<id>');
  const decisions = server.log.decisions.map(({ metadata, status_code }) => [
    metadata.event_code,
    status_code,
  ]);
  return { status, message: JSON.parse(text), decisions };
};

const compare = async (sent: Sent): Promise<{ readonly wasDirect: boolean }> => {
  both.log.clear();
  entry.log.clear();
  const before = directAnswers;
  const [one, other] = [await outcome(both, sent), await outcome(entry, sent)];
  expect(one).toEqual(other);
  return { wasDirect: directAnswers > before };
};

const echo = modern('echo', { text: 'hello' });
const ours = 'io.modelcontextprotocol/';

describe('the short way', () => {
  it.each<[string, Sent]>([
    ['a result', echo],
    ['a default argument', modern('echo', {})],
    ['an id that is a text', withMember(echo, { id: 'seven' })],
    ['a progress token', withMeta(echo, { progressToken: 7 })],
    ['arguments that are a list', modern('echo', [1])],
    ['a structured result', modern('structured', {})],
    ['a structured result that breaks its schema', modern('structured', { broken: true })],
    ['an error that is meant for the person', modern('polite', {})],
    ['an error that is not', modern('broken', {})],
    ['2025-11-25', legacy('echo', { text: 'hello' })],
    ['2025-06-18', legacy('echo', { text: 'hello' }, '2025-06-18')],
    ['2025-03-26', legacy('echo', { text: 'hello' }, '2025-03-26')],
    ['2025-11-25, a structured result', legacy('structured', {})],
    ['2025-11-25, an error that is not for the person', legacy('broken', {})],
  ])('is taken for %s, and says what the entry says', async (_, sent) => {
    expect(await compare(sent)).toEqual({ wasDirect: true });
  });

  it.each<[string, Sent]>([
    ['wrong arguments', modern('echo', { text: 5 })],
    ['too long an argument', modern('echo', { text: 'x'.repeat(11) })],
    ['2025-11-25, wrong arguments', legacy('echo', { text: 5 })],
    ['a tool that nobody declared', modern('missing', {})],
    ['a tool that wants an argument in a header', modern('regional', { region: 'eu' })],
    ['another method', modernRequest('tools/list')],
    ['no Mcp-Method', withHeader(echo, 'mcp-method', undefined)],
    ['another Mcp-Method', withHeader(echo, 'mcp-method', 'tools/list')],
    ['no Mcp-Name', withHeader(echo, 'mcp-name', undefined)],
    ['the name of another tool in Mcp-Name', withHeader(echo, 'mcp-name', 'broken')],
    ['an encoded Mcp-Name', withHeader(echo, 'mcp-name', '=?base64?ZWNobw==?=')],
    ['no MCP-Protocol-Version', withHeader(echo, 'mcp-protocol-version', undefined)],
    ['another revision in the header', withHeader(echo, 'mcp-protocol-version', '2025-11-25')],
    ['a revision nobody knows', withHeader(echo, 'mcp-protocol-version', '2099-01-01')],
    ['another revision in the body', withMeta(echo, { [`${ours}protocolVersion`]: '2099-01-01' })],
    ['no revision in the body', withMeta(echo, { [`${ours}protocolVersion`]: undefined })],
    ['no client', withMeta(echo, { [`${ours}clientInfo`]: undefined })],
    ['a client without a name', withMeta(echo, { [`${ours}clientInfo`]: { version: '1' } })],
    ['no capabilities', withMeta(echo, { [`${ours}clientCapabilities`]: undefined })],
    ['broken capabilities', withMeta(echo, { [`${ours}clientCapabilities`]: { sampling: 5 } })],
    ['a broken progress token', withMeta(echo, { progressToken: { a: 1 } })],
    ['an id that is a fraction', withMember(echo, { id: 1.5 })],
    ['an id that is null', withMember(echo, { id: null })],
    ['a member that JSON-RPC does not know', withMember(echo, { extra: 1 })],
    ['a name that is a number', withMember(echo, { params: { name: 5 } })],
    ['parameters that are a list', withMember(echo, { params: [1] })],
  ])('is not a way around the entry for %s', async (_, sent) => {
    expect(await compare(sent)).toEqual({ wasDirect: false });
  });

  it('is not for a client that does not take event streams, which gets the entry’s 406', async () => {
    const sent = withHeader(legacy('echo', {}), 'accept', 'application/json');
    expect(await compare(sent)).toEqual({ wasDirect: false });
  });
});

describe('a call under way', () => {
  const begun = async (): Promise<AbortSignal> => {
    for (let turn = 0; turn < 200; turn += 1) {
      const signal = runs.pop();
      if (signal) return signal;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('the tool was never called');
  };

  it('is aborted when its client goes away, because nobody waits for the result', async () => {
    const { body, headers } = modern('endless', {});
    const controller = new AbortController();
    const request = new Request(aPost(body, { token: anAccessToken(both.key), headers }), {
      signal: controller.signal,
    });
    const answer = both.send(request);
    const signal = await begun();
    expect(signal.aborted).toBe(false);
    both.log.clear();
    controller.abort();
    await expect.poll(() => signal.aborted).toBe(true);
    await answer;
    // Cancelling is no incident, neither of the caller nor of ours.
    expect(both.log.only.metadata.event_code).toBe('access.allowed');
  });

  it('is aborted when the server closes, because the process is about to end', async () => {
    const server = await aResourceServer({ application });
    const { body, headers } = modern('endless', {});
    const answer = server.send(aPost(body, { token: anAccessToken(server.key), headers }));
    const signal = await begun();
    await server.close();
    await expect.poll(() => signal.aborted).toBe(true);
    await answer;
  });
});

describe('an answer in one piece', () => {
  it('is the same as a Response, because hosts without sockets need one', async () => {
    const response = toResponse({ status: 403, headers: { 'x-a': 'b' }, body: '{"a":1}' });
    expect([response.status, response.headers.get('x-a'), await response.json()]).toEqual([
      403,
      'b',
      { a: 1 },
    ]);
  });
});
