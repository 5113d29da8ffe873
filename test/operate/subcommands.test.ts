import { describe, expect, it } from 'vitest';
import { startProgram } from '../support/child-process.ts';
import { startFakeCognito } from './users/fake-cognito.ts';
import { here } from './users/run-users.ts';

/** The program itself, as a process. */

const root = new URL('../..', import.meta.url).pathname;

const run = async (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const program = startProgram(process.execPath, ['bin/cdk-secure-mcp.ts', ...argv], {
    cwd: root,
    environment: { NODE_NO_WARNINGS: '1', ...environment },
  });
  program.firstLine.catch(() => undefined);
  const { code } = await program.ended;
  return { code, out: program.stdout(), errors: program.stderr() };
};

describe('cdk-secure-mcp', () => {
  it.each([
    [['--help'], 0, /Usage: cdk-secure-mcp <command>[\s\S]*verify [\s\S]*users /],
    [['verify', '--help'], 0, /Usage: cdk-secure-mcp verify <url>/],
    [['users', '--help'], 0, /Usage: cdk-secure-mcp users <action>/],
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  ])('%j answers on the standard output', async (argv, code, text) => {
    expect(await run(argv)).toEqual({ code, out: expect.stringMatching(text), errors: '' });
  });

  it.each([['frobnicate'], ['constructor'], ['\u001b[2J']])(
    'answers %j with one line and exit code 2, because nothing must start by mistake',
    async (word) => {
      const { code, out, errors } = await run([word]);
      expect([code, out]).toEqual([2, '']);
      expect(errors).toMatch(
        /^cdk-secure-mcp: unknown command "[\w\\[]*"\. Known: verify, users, pseudonym\.[^\n]*\n$/,
      );
    },
  );

  it('needs a word, and says which there are', async () => {
    expect(await run([])).toMatchObject({ code: 2, errors: expect.stringContaining('Usage') });
  });

  it('reaches Cognito with the credentials of the environment, and prints none of them', async () => {
    const fake = await startFakeCognito();
    const secret = 'an-environment-secret-key';
    const { code, out, errors } = await run(['users', 'list', ...here], {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: fake.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: secret,
    });
    await fake.close();
    expect([code, out]).toEqual([0, expect.stringContaining('Nobody yet')]);
    expect(out + errors).not.toContain(secret);
  });
});
