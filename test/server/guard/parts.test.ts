import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../../oauth/principal.ts';
import { filteredAnswer } from '../../../server/guard/list-filter.ts';
import { lookalikeMember } from '../../../server/guard/lookalike-members.ts';
import { responseStream } from '../../../server/guard/response-stream.ts';
import { createSessionHandles } from '../../../server/guard/session-handle.ts';
import type { BodySink, BodySource } from '../../../server/guard/upstream-call.ts';
import { aPrincipal } from '../../support/principal.ts';

describe('session handles', () => {
  const handles = createSessionHandles();
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const somebody = fc
    .record({
      subject: text,
      tenant: fc.option(text, { nil: undefined }),
      issuer: text,
      clientId: text,
    })
    .map(aPrincipal);

  it('open for their owner with any newer access token, and yield the id unchanged', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), somebody, (id, owner) => {
        const renewed = { ...owner, tokenId: 'other', expiresAt: 99, scopes: ['more'] };
        expect(handles.open(handles.seal(id, owner), renewed)).toEqual({ ok: true, value: id });
      }),
    );
  });

  it('open for nobody else, because each part of an identity counts', () => {
    fc.assert(
      fc.property(somebody, somebody, (owner, other) => {
        const key = ({ issuer, tenant, subject, clientId }: Principal) =>
          JSON.stringify([issuer, tenant ?? null, subject, clientId]);
        fc.pre(key(owner) !== key(other));
        expect(handles.open(handles.seal('id', owner), other)).toMatchObject({
          error: { reason: 'session_foreign' },
        });
      }),
    );
  });

  it('cannot be made up or changed, by whoever it is', () => {
    const handle = handles.seal('id', aPrincipal());
    const [id, owner, mac] = handle.split('.');
    const foreign = createSessionHandles().seal('id', aPrincipal());
    const changed = [
      `${id}x.${owner}.${mac}`,
      `${id}.${mac}.${owner}`,
      `${handle}.`,
      foreign,
      '',
      '..',
    ];
    for (const attempt of [...changed, 'x'.repeat(5000)])
      expect(handles.open(attempt, aPrincipal())).toMatchObject({
        error: { reason: 'session_unknown' },
      });
  });
});

describe('lookalikeMember', () => {
  const call = (params: object) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });

  it.each([
    [{ ...call({}), Method: 'x' }, 'Method'],
    [{ ...call({}), 'param\u017f': {} }, 'param\u017f'],
    [call({ name: 'a', nAme: 'b' }), 'nAme'],
    [call({ name: 'a', arguments: { TENANT: 'evil' } }), 'TENANT'],
    [call({ ref: { TYPE: 'ref/prompt' } }), 'TYPE'],
    [[call({}), call({ URI: 'x' })], 'URI'],
  ])('finds the lookalike in %j', (body, found) => {
    expect(lookalikeMember(['tenant'])(body)).toBe(found);
  });

  it.each([
    [call({ name: 'a', arguments: { Name: 'b', ID: 7, Method: 'x' } })],
    [call({ name: 'a', _meta: { Name: 'x' }, title: 'NAME' })],
    [null],
    ['text'],
    [{ params: [1] }],
  ])('leaves %j alone, because arguments belong to the tool', (body) => {
    expect(lookalikeMember(['tenant'])(body)).toBeUndefined();
  });
});

describe('filteredAnswer', () => {
  const list = (...names: string[]) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: names.map((name) => ({ name })) } });
  const isVisible = ({ name }: { readonly name: string }) => name !== 'secret';

  it('filters an event stream and keeps its other fields', () => {
    const stream = `: ping\n\nid: 7\nevent: message\ndata: ${list('a', 'secret', 'b')}\n\n`;
    expect(filteredAnswer(stream, 'text/event-stream', isVisible)).toBe(
      `: ping\n\nid: 7\nevent: message\ndata: ${list('a', 'b')}\n\n`,
    );
  });

  it('reads data that is spread over several lines, and every kind of line end', () => {
    const spread = `data: {"result":\r\ndata: {"tools":[{"name":"secret"}]}}\r\n\r\n`;
    expect(filteredAnswer(spread, 'text/event-stream; charset=utf-8', isVisible)).toBe(
      'data: {"result":{"tools":[]}}\n\n',
    );
  });

  it('filters batches, and leaves errors and text alone', () => {
    expect(filteredAnswer(`[${list('secret')}]`, 'application/json', isVisible)).toBe(
      `[${list()}]`,
    );
    for (const text of ['{"error":{"code":1}}', 'no json', ''])
      expect(filteredAnswer(text, 'application/json', isVisible)).toBe(text);
  });
});

describe('responseStream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  class FakeSource implements BodySource {
    isPaused = false;
    isAborted = false;
    sink: BodySink | undefined;
    flowInto(sink: BodySink) {
      this.sink = sink;
    }
    pause() {
      this.isPaused = true;
    }
    resume() {
      this.isPaused = false;
    }
    abort() {
      this.isAborted = true;
      this.sink?.end();
    }
    say(text: string) {
      this.sink?.chunk(Buffer.from(text));
    }
  }

  const open = () => {
    const source = new FakeSource();
    const reader = responseStream(source, 10_000).getReader();
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString();
    return { source, reader, next };
  };

  it('says something in the silence between two events', async () => {
    const { source, next } = open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await next()).toBe(': keep-alive\n\n');
    source.say('data: 1\n\n');
    expect(await next()).toBe('data: 1\n\n');
    await vi.advanceTimersByTimeAsync(9_999);
    await vi.advanceTimersByTimeAsync(1);
    expect(await next()).toBe(': keep-alive\n\n');
    source.abort();
  });

  it('says nothing inside of an event, because that would tear it apart', async () => {
    const { source, next } = open();
    source.say('data: {"half":');
    await vi.advanceTimersByTimeAsync(60_000);
    source.say('1}\n\n');
    expect((await next()) + (await next())).toBe('data: {"half":1}\n\n');
    source.abort();
  });

  it('slows the upstream down for a client that reads slowly', async () => {
    const { source, next } = open();
    source.say('1');
    source.say('2');
    expect(source.isPaused).toBe(true);
    await next();
    await next();
    await vi.advanceTimersByTimeAsync(0);
    expect(source.isPaused).toBe(false);
    source.abort();
  });

  it('closes the connection of a client that goes away, and says nothing any more', async () => {
    const { source, reader } = open();
    await reader.cancel();
    expect(source.isAborted).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails with an upstream that dies, because a clean end would be a lie', async () => {
    const { source, reader } = open();
    source.sink?.fail(new Error('other side closed'));
    await expect(reader.read()).rejects.toThrow('other side closed');
    expect(vi.getTimerCount()).toBe(0);
  });
});
