import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { UpstreamCall } from '../../../server/guard/upstream-call.ts';
import type { UpstreamConnections } from '../../../server/guard/upstream-connections.ts';

/** When a request is sent a second time, and above all when not: failures as undici reports them. */

type Handler = Required<Dispatcher.DispatchHandler>;
type Controller = Dispatcher.DispatchController;

const controller = { abort: () => undefined } as unknown as Controller;

const fault = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });

const start = ({ isRepeatable = false, hasAnswered = true } = {}) => {
  const attempts: Handler[] = [];
  const connectionOf = (used: boolean) => ({
    hasAnswered: used,
    send: (_: unknown, handler: Handler) => attempts.push(handler),
    destroy: () => undefined,
  });
  const connections = {
    take: () => connectionOf(hasAnswered),
    takeNew: () => connectionOf(false),
    giveBack: () => undefined,
  } as unknown as UpstreamConnections;
  const call = new UpstreamCall({
    connections,
    request: () => ({ path: '/mcp', method: 'POST' }),
    isRepeatable,
    wanted: () => 'whole',
    isSilentAtFirst: false,
    onOver: () => undefined,
  });
  call.reply.catch(() => undefined);
  call.send();
  const last = () => attempts.at(-1) as Handler;
  return {
    call,
    attempts,
    written: () => last().onRequestStart(controller, {}),
    begun: () => last().onResponseStart(controller, 200, {}),
    ended: () => last().onResponseEnd(controller, {}),
    failed: (error: Error) => last().onResponseError(controller, error),
  };
};

describe('a call that may do something', () => {
  it.each(['ECONNRESET', 'UND_ERR_SOCKET'])(
    'is sent again when its kept connection fails with %s before it was written',
    async (code) => {
      const { call, attempts, failed, written, begun, ended } = start();
      failed(fault(code));
      expect(attempts).toHaveLength(2);
      written();
      begun();
      ended();
      expect(await call.reply).toMatchObject({ status: 200 });
    },
  );

  it.each(['EPIPE', 'ECONNRESET'])(
    'is sent again when writing it failed with %s, because half a message is none',
    (code) => {
      const { attempts, written, failed } = start();
      written();
      failed(fault(code, 'write'));
      expect(attempts).toHaveLength(2);
    },
  );

  it.each([
    ['the connection was reset', fault('ECONNRESET', 'read')],
    ['the other side closed', fault('UND_ERR_SOCKET')],
  ])(
    'is not sent again when %s after it was written, because it may have run',
    async (_, error) => {
      const { call, attempts, written, failed } = start();
      written();
      failed(error);
      expect(attempts).toHaveLength(1);
      await expect(call.reply).rejects.toBe(error);
    },
  );

  it('is not sent a third time', async () => {
    const { call, attempts, failed } = start();
    failed(fault('ECONNRESET'));
    failed(fault('ECONNREFUSED'));
    expect(attempts).toHaveLength(2);
    await expect(call.reply).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is not sent again over a new connection that failed, because the next one would, too', () => {
    const { attempts, failed } = start({ hasAnswered: false });
    failed(fault('ECONNREFUSED'));
    expect(attempts).toHaveLength(1);
  });

  it('is not sent again for a client that has gone away', async () => {
    const { call, attempts, failed } = start();
    call.abort();
    failed(fault('UND_ERR_DESTROYED'));
    expect(attempts).toHaveLength(1);
    await expect(call.reply).rejects.toMatchObject({ code: 'ABORT_ERR' });
  });
});

describe('a call that only reads', () => {
  it('is sent again when the other side closed after it was written', () => {
    const { attempts, written, failed } = start({ isRepeatable: true });
    written();
    failed(fault('UND_ERR_SOCKET'));
    expect(attempts).toHaveLength(2);
  });

  it('is not sent again once its answer has begun, because the client may have seen it', async () => {
    const { call, attempts, written, begun, failed } = start({ isRepeatable: true });
    written();
    begun();
    failed(fault('UND_ERR_SOCKET'));
    expect(attempts).toHaveLength(1);
    await expect(call.reply).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });
});
