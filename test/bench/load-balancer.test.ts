import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { reasonAgainstProgram, startLoadBalancer } from '../../bench/load-balancer.ts';
import { putLoad } from '../../bench/server-process.ts';

const reason = reasonAgainstProgram('haproxy');
if (reason) process.stderr.write(`SKIPPED: what stands in for the load balancer: ${reason}\n`);

/** Counts what it is asked. */
const aTask = async () => {
  let calls = 0;
  const server = createServer((_, outgoing) => {
    calls += 1;
    outgoing.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, close, calls: () => calls };
};

describe('what stands in for the load balancer', () => {
  it('is named where it is missing, because a group that is left out has to say why', () => {
    expect(reasonAgainstProgram('no-such-program')).toBe('no-such-program is not installed');
    expect(reasonAgainstProgram('node')).toBeUndefined();
  });

  it.skipIf(reason)(
    'gives every task its share, because one that does all the work would be measured alone',
    async () => {
      const tasks = await Promise.all([aTask(), aTask()]);
      const balancer = await startLoadBalancer(tasks.map(({ port }) => port));
      const requests = ['GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'];
      const order = { port: balancer.port, requests, connections: 4, milliseconds: 5000 };
      const { statuses } = await putLoad({ ...order, count: 40 });
      await balancer.stop();
      for (const { close } of tasks) close();
      expect(Object.keys(statuses)).toEqual(['200']);
      const [one = 0, other = 0] = tasks.map(({ calls }) => calls());
      expect(Math.abs(one - other)).toBeLessThanOrEqual(4);
    },
    20_000,
  );
});
