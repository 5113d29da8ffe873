import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { revisions } from '../../verify/check.ts';
import { checkGroups } from '../../verify/checks/all-checks.ts';
import { namedClients } from '../../verify/clients/named-clients.ts';
import type { Target } from '../../verify/target.ts';

const folder = fileURLToPath(new URL('../../verify/checks/', import.meta.url));
const filesIn = (group: string): readonly string[] =>
  readdirSync(`${folder}${group}`)
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((file) => file !== 'checks')
    .sort();
const everyCheck = checkGroups.flatMap(({ checks }) => checks);
const checkNamed = (id: string) => everyCheck.find((check) => check.id === id);

describe('the list of checks', () => {
  it.each(checkGroups)(
    'has every file of $id, because a forgotten check passes',
    ({ id, checks }) => {
      expect(checks.map((check) => check.id).sort()).toEqual(filesIn(id));
    },
  );

  it('has every folder, because a forgotten group passes as well', () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual(checkGroups.map(({ id }) => id).sort());
  });

  it('has seventy or more, each with its own name, because files of expected failures go by it', () => {
    expect(everyCheck.length).toBeGreaterThanOrEqual(70);
    expect(new Set(everyCheck.map(({ id }) => id)).size).toBe(everyCheck.length);
  });

  it.each(everyCheck)('says why: $id', ({ title, requirement, since, severity }) => {
    expect(title).toMatch(/, (because|although) /);
    expect(requirement.length).toBeGreaterThan(6);
    expect(revisions).toContain(since);
    expect(['error', 'warning', 'note']).toContain(severity);
  });

  it('has every check that a named client depends on, because a typing error would let everyone in', () => {
    const needed = namedClients.flatMap(({ needs }) => needs.flatMap(({ anyOf }) => anyOf));
    expect(needed.filter((id) => !checkNamed(id))).toEqual([]);
  });
});

describe('checks of time, with a clock that lies', () => {
  const slow = {
    status: 200,
    headers: {},
    text: '',
    totalMs: 6000,
    headersMs: 6000,
    firstByteMs: 6000,
  };
  const slowTarget = {
    unauthenticated: async () => slow,
    resourceMetadata: async () => ({ answer: slow }),
    serverMetadata: async () => ({ answer: slow }),
    call: async () => slow,
  } as unknown as Target;

  it.each(['discovery-is-quick', 'the-first-byte-comes-soon'])(
    '%s fails after six seconds',
    async (id) => {
      expect(await checkNamed(id)?.run(slowTarget)).toMatchObject({
        kind: 'failed',
        seen: '6000 ms',
      });
    },
  );
});

describe('a server beside a port that answers', () => {
  const target = {
    url: new URL('https://mcp.example.com/mcp'),
    http: { limits: { timeoutMs: 1000 } },
  } as unknown as Target;

  /** The check with something else on port 80, which a test may not open. */
  const checked = async (answer: { status: number; location?: string } | undefined) => {
    vi.resetModules();
    vi.doMock('../../verify/expect/tls.ts', () => ({ plainAnswer: async () => answer }));
    const { check } = await import('../../verify/checks/headers/plain-http-serves-nothing.ts');
    vi.doUnmock('../../verify/expect/tls.ts');
    return (await check.run(target)).kind;
  };

  it('fails plain-http-serves-nothing when plain http is served, because a token would travel in the clear', async () => {
    expect(checkNamed('plain-http-serves-nothing')).toBeDefined();
    expect(await checked({ status: 200 })).toBe('failed');
    expect(await checked({ status: 302, location: 'http://mcp.example.com/mcp/' })).toBe('failed');
    expect(await checked({ status: 301, location: 'https://mcp.example.com/mcp' })).toBe('passed');
    expect(await checked(undefined)).toBe('passed');
  });
});
