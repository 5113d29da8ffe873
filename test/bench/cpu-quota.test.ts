import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCpuQuota, reasonAgainstQuota } from '../../bench/cpu-quota.ts';

const directories: string[] = [];

/** What the kernel shows, as plain files. */
const aCgroupRoot = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  directories.push(root);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), content);
  }
  return root;
};

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('a CPU quota', () => {
  it('is written the way version 2 wants it', () => {
    const root = aCgroupRoot({
      'cgroup.controllers': 'cpuset cpu io\n',
      'cgroup.subtree_control': '',
    });
    createCpuQuota('quarter', 0.25, root).hold(17);
    expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu');
    expect(readFileSync(join(root, 'quarter/cpu.max'), 'utf8')).toBe('25000 100000');
    expect(readFileSync(join(root, 'quarter/cgroup.procs'), 'utf8')).toBe('17');
  });

  it('is written the way version 1 wants it', () => {
    const root = aCgroupRoot({ 'cpu/cgroup.procs': '' });
    createCpuQuota('half', 0.5, root).hold(17);
    expect(readFileSync(join(root, 'cpu/half/cpu.cfs_period_us'), 'utf8')).toBe('100000');
    expect(readFileSync(join(root, 'cpu/half/cpu.cfs_quota_us'), 'utf8')).toBe('50000');
  });

  it('is refused where cgroups cannot limit CPU, because a figure without the limit would be a lie', () => {
    const root = aCgroupRoot({ 'cgroup.controllers': 'io memory\n' });
    expect(() => createCpuQuota('quarter', 0.25, root)).toThrow('can limit CPU');
    expect(reasonAgainstQuota(root)).toContain('can limit CPU');
    expect(existsSync(join(root, 'quarter'))).toBe(false);
  });

  const reason = reasonAgainstQuota();
  if (reason) process.stderr.write(`SKIPPED: a process under a CPU quota: ${reason}\n`);

  it.skipIf(reason)(
    'holds a process that never rests',
    async () => {
      const busy = `const end = Date.now() + 1500; while (Date.now() < end);
        const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system));`;
      const child = spawn(process.execPath, ['--eval', busy], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const quota = createCpuQuota(`bench-test-${process.pid}`, 0.25);
      quota.hold(child.pid as number);
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      await once(child, 'exit');
      quota.remove();
      // A quarter of 1.5 s, with what it took to start before it was held.
      expect(Number(output) / 1e6).toBeLessThan(0.75);
    },
    20_000,
  );
});
