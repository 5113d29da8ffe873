import { securityEvent } from '../../../oauth/security-event.ts';
import { createSecurityLog } from '../../../server/security-log.ts';

/**
 * Records twenty events each millisecond on a standard output that nobody reads, for as many seconds
 * as it is told, and then says on the standard error what that did to it. Ends when it is read.
 */

const seconds = Number(process.argv[2]);
const log = createSecurityLog(process.stdout);
const context = {
  time: Date.now(),
  correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
  component: 'resource-server',
  clientAddress: '203.0.113.77',
  httpMethod: 'POST',
  path: '/mcp',
  userAgent: 'a client with a name of some length/1.0',
} as const;

const evidence = { text: 'x'.repeat(120), other: 'y'.repeat(120), third: 'z'.repeat(120) };
let recorded = 0;

const record = (): void => {
  for (let count = 0; count < 20; count += 1) {
    recorded += 1;
    const isSevere = recorded % 5000 === 0;
    if (isSevere) log.record(securityEvent('token.refresh_reuse', context, { evidence }));
    else log.record(securityEvent('request.rejected', context, { reason: 'x', evidence }));
  }
};

const megabyte = 1024 * 1024;
const memory = (): number => process.memoryUsage().rss / megabyte;

// The heap is as large as it gets for reasons of its own before anything is measured.
for (let round = 0; round < 500; round += 1) record();
const before = memory();
let most = before;
let longestGap = 0;
let longestWork = 0;
let last = performance.now();
let cpu = process.cpuUsage();
const end = last + seconds * 1000;

const tick = (): void => {
  const now = performance.now();
  const used = process.cpuUsage(cpu);
  longestGap = Math.max(longestGap, now - last);
  // What this process itself did in the gap, whoever else had the processor meanwhile.
  longestWork = Math.max(longestWork, Math.min(now - last, (used.user + used.system) / 1000));
  last = now;
  cpu = process.cpuUsage();
  record();
  most = Math.max(most, memory());
  if (now < end) setTimeout(tick, 1);
  else void finish();
};

const finish = async (): Promise<void> => {
  const report = { recorded, growth: most - before, longestGap, longestWork };
  process.stderr.write(`${JSON.stringify({ ...report, dropped: log.dropped })}\n`);
  const left = await log.flush(30_000);
  process.stderr.write(`${JSON.stringify({ left, dropped: log.dropped })}\n`);
};

setTimeout(tick, 1);
