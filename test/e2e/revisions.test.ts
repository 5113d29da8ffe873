import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { accessTokenOf } from '../support/oauth-by-hand.ts';
import { aPost, legacyRequest, messageOf, modernRequest } from '../support/resource-server.ts';

/** Every revision of MCP on one URL, spoken by hand: bytes that no SDK has tidied up. */

let local: LocalDeployment;
let token: string;

beforeAll(async () => {
  local = await aLocalDeployment();
  token = await accessTokenOf(local, 'alice');
});

afterAll(() => local.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(aPost(body, { url: local.mcpUrl, token, headers }));

const resultOf = async (response: Response): Promise<Record<string, unknown>> => {
  expect(response.status).toBe(200);
  return (await messageOf(response)).result as Record<string, unknown>;
};

const initialize = (protocolVersion: string) =>
  legacyRequest('initialize', {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: 'by-hand', version: '1.0.0' },
  });

const whoami = legacyRequest('tools/call', { name: 'whoami', arguments: {} }, 2);

describe.each(['2025-03-26', '2025-06-18', '2025-11-25'])('MCP %s', (revision) => {
  it('is agreed on when a client asks for it, because most clients speak an older one than ours', async () => {
    const { protocolVersion } = await resultOf(await post(initialize(revision)));
    expect(protocolVersion).toBe(revision);
  });

  it('calls a tool, with the revision in the header as its clients send it', async () => {
    const headers = { 'mcp-protocol-version': revision };
    const { structuredContent } = await resultOf(await post(whoami, headers));
    expect(structuredContent).toMatchObject({ username: 'alice', tenant: 'acme' });
  });
});

describe('MCP 2026-07-28', () => {
  it('calls a tool without any handshake, because the revision has none', async () => {
    const { body, headers } = modernRequest('tools/call', { name: 'whoami', arguments: {} });
    const { structuredContent } = await resultOf(await post(body, headers));
    expect(structuredContent).toMatchObject({ username: 'alice', tenant: 'acme' });
  });

  it('says what it speaks on server/discover, because that is how clients choose', async () => {
    const { body, headers } = modernRequest('server/discover');
    const { supportedVersions } = await resultOf(await post(body, headers));
    expect(supportedVersions).toContain('2026-07-28');
  });
});

describe('a client of 2025-03-26 that sends no MCP-Protocol-Version header', () => {
  it('goes from initialize to a tool result, because the header did not exist in its revision', async () => {
    const { protocolVersion } = await resultOf(await post(initialize('2025-03-26')));
    expect(protocolVersion).toBe('2025-03-26');
    const initialized = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(initialized.status).toBe(202);
    expect(await initialized.text()).toBe('');
    const { tools } = await resultOf(await post(legacyRequest('tools/list')));
    expect((tools as { name: string }[]).map(({ name }) => name)).toContain('add_note');
    const { structuredContent } = await resultOf(await post(whoami));
    expect(structuredContent).toMatchObject({ username: 'alice' });
  });

  it('sends a batch and gets every answer, because only its revision has batches', async () => {
    const batch = [
      legacyRequest('tools/list', {}, 1),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      legacyRequest('tools/call', { name: 'whoami', arguments: {} }, 2),
    ];
    let response: Response | undefined;
    const events = await local.eventsDuring(async () => {
      response = await post(batch);
    });
    const answers = await messagesOf(response as Response);
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2]);
    expect(answers.every((answer) => 'result' in answer)).toBe(true);
    expect(events.map(eventCode)).toEqual(['access.allowed']);
    expect(events[0]).toMatchObject({
      api: { operation: 'batch' },
      unmapped: {
        evidence: { methods: ['tools/list', 'notifications/initialized', 'tools/call'] },
      },
    });
  });

  it('cannot carry a forbidden call in a batch, because a batch is authorised as a whole', async () => {
    const batch = [
      legacyRequest('tools/list', {}, 1),
      legacyRequest('tools/call', { name: 'delete_note', arguments: { id: 'x' } }, 2),
    ];
    const response = await post(batch);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(response.headers.get('www-authenticate')).toContain('mcp:notes:delete');
  });
});

/** All JSON-RPC messages of an answer: a JSON array, or one event each. */
const messagesOf = async (response: Response): Promise<readonly Record<string, unknown>[]> => {
  expect(response.status).toBe(200);
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('application/json')) return JSON.parse(text);
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)));
};
