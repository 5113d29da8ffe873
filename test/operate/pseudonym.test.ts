import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type PseudonymInput, runPseudonym } from '../../operate/pseudonym.ts';
import { logPrivacyWith } from '../../server/log-privacy.ts';

const key = 'the-key-of-this-deployment-0123456789';
const jti = 'f3b0c442-98fc-4c14-9afb-f4c8996fb924';
const hash = logPrivacyWith(key).pseudonym?.(jti);

const run = async (argv: readonly string[], input: Partial<PseudonymInput> = {}) => {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await runPseudonym(argv, {
    key,
    readLines: async function* () {
      yield* [];
    },
    print: (text) => out.push(text),
    printError: (text) => errors.push(text),
    ...input,
  });
  return { code, out: out.join(''), errors: errors.join('') };
};

describe('cdk-secure-mcp pseudonym', () => {
  it('prints the hash that stands in the log, because that is how a value is looked up', async () => {
    expect(await run([jti])).toEqual({ code: 0, out: `${hash}  ${jti}\n`, errors: '' });
  });

  it('takes candidates on standard input, because a hash is found by trying', async () => {
    const readLines = async function* () {
      yield* ['one', '', ` ${jti} `, 'two'];
    };
    const { out } = await run([], { readLines });
    expect(out.split('\n').filter((line) => line.startsWith(hash ?? '?'))).toEqual([
      `${hash}  ${jti}`,
    ]);
    expect(out.trimEnd().split('\n')).toHaveLength(3);
  });

  it('refuses to work without a key, because a hash without one would be found in no log', async () => {
    const { code, out, errors } = await run([jti], { key: undefined });
    expect([code, out]).toEqual([2, '']);
    expect(errors).toContain('LOG_PSEUDONYM_KEY');
  });

  it('never prints the key', async () => {
    for (const argv of [[jti], ['--help'], []]) {
      const { out, errors } = await run(argv);
      expect(out + errors).not.toContain(key);
    }
  });

  it('is what openssl computes, so that nobody needs this program', () => {
    const openssl = spawnSync('openssl', ['dgst', '-sha256', '-hmac', key], {
      input: jti,
      encoding: 'utf8',
    });
    expect(openssl.status, fileURLToPath(import.meta.url)).toBe(0);
    expect(openssl.stdout).toContain(`= ${hash}`);
  });
});
