import { describe, expect, it } from 'vitest';
import { startServer } from '../../bench/server-process.ts';

describe('a measured server that dies', () => {
  it('is an error to whoever reads it, because nobody would answer and the benchmark would wait forever', async () => {
    const server = await startServer('floor');
    server.child.kill('SIGKILL');
    await expect(server.read()).rejects.toThrow('floor ended with SIGKILL');
    await server.stop();
  }, 30_000);
});
