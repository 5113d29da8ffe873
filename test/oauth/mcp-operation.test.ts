import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type McpReference, maxBatchLength, mcpOperations } from '../../oauth/mcp-operation.ts';

const message = (method: unknown, params?: unknown) => ({ jsonrpc: '2.0', id: 1, method, params });

const tool = (name: string): McpReference => ({ kind: 'tool', name });
const naming = (method: string, ...references: McpReference[]) => ({
  method,
  target: references[0]?.name,
  references,
});

describe('mcpOperations', () => {
  it.each([
    [message('tools/list'), { method: 'tools/list' }],
    [message('tools/call', { name: 'whoami' }), naming('tools/call', tool('whoami'))],
    [
      message('tools/call', { name: 'whoami', arguments: { tenant: 'x' } }),
      naming('tools/call', { ...tool('whoami'), arguments: { tenant: 'x' } }),
    ],
    [message('tools/call', { name: 'a', arguments: [1] }), naming('tools/call', tool('a'))],
    [message('prompts/get', { name: 'p' }), naming('prompts/get', { kind: 'prompt', name: 'p' })],
    [
      message('resources/read', { uri: 'a://b' }),
      naming('resources/read', { kind: 'resource', name: 'a://b' }),
    ],
    [
      message('subscriptions/listen', {
        notifications: { resourceSubscriptions: ['a://b', 7, 'c://d'] },
      }),
      naming(
        'subscriptions/listen',
        { kind: 'resource', name: 'a://b' },
        { kind: 'resource', name: 'c://d' },
      ),
    ],
    [
      message('completion/complete', {
        ref: { type: 'ref/resource', uri: 'a://{tenant}/{id}' },
        argument: { name: 'id', value: '7' },
        context: { arguments: { tenant: 'x' } },
      }),
      naming('completion/complete', {
        kind: 'template',
        name: 'a://{tenant}/{id}',
        arguments: { tenant: 'x', id: '7' },
      }),
    ],
    [message('subscriptions/listen', { notifications: {} }), { method: 'subscriptions/listen' }],
    [message('constructor', { name: 'x' }), { method: 'constructor' }],
    [message('tools/call'), { method: 'tools/call' }],
    [message('tools/call', null), { method: 'tools/call' }],
    [message('tools/call', { name: ['whoami'] }), { method: 'tools/call' }],
    [message('tools/list', { name: 'not a target' }), { method: 'tools/list' }],
    [{ jsonrpc: '2.0', id: 1, result: {} }, {}],
    [{ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } }, {}],
  ])('reads %j', (body, operation) => {
    expect(mcpOperations(body)).toEqual({ ok: true, value: [operation] });
  });

  it.each([
    null,
    7,
    'text',
    {},
    [],
    [[]],
    [message('ping'), null],
    { id: 1, method: 'ping' },
    { jsonrpc: '1.0', id: 1, method: 'ping' },
    message(''),
    message(7),
    message(null),
    { jsonrpc: '2.0', id: 1 },
  ])('refuses %j as malformed', (body) => {
    expect(mcpOperations(body)).toMatchObject({ error: { reason: 'message_malformed' } });
  });

  it('refuses a long batch, because one request must not become a thousand', () => {
    const batch = (length: number) => Array.from({ length }, () => message('ping'));
    expect(mcpOperations(batch(maxBatchLength)).ok).toBe(true);
    expect(mcpOperations(batch(maxBatchLength + 1))).toMatchObject({
      error: { reason: 'batch_too_large', evidence: { messages: maxBatchLength + 1 } },
    });
  });

  it('never throws, whatever JSON it gets', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => void mcpOperations(body)));
  });

  it('yields one operation per message, so that none escapes authorisation', () => {
    const known = fc.constantFrom('ping', 'tools/call', 'resources/read').map((m) => message(m));
    fc.assert(
      fc.property(fc.array(known, { minLength: 1, maxLength: maxBatchLength }), (batch) => {
        const operations = mcpOperations(batch);
        expect(operations.ok && operations.value.map(({ method }) => method)).toEqual(
          batch.map(({ method }) => method),
        );
      }),
    );
  });
});
