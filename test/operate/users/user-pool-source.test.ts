import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeCognito, poolId, startFakeCognito } from './fake-cognito.ts';
import { runUsers } from './run-users.ts';

let fake: FakeCognito;
beforeAll(async () => {
  fake = await startFakeCognito();
  fake.stacks.Mcp = { McpUrl: 'https://mcp.example.com/mcp', UserPoolId: poolId };
});
afterAll(() => fake.close());

const one = JSON.stringify({ 'Staging-Server': { McpUrl: 'x', UserPoolId: poolId }, Edge: {} });
const two = JSON.stringify({
  'Staging-Server': { UserPoolId: 'us-east-1_Another' },
  'Production-Server': { UserPoolId: poolId },
});
const own = JSON.stringify({ Mcp: { McpServerUsersUserPoolId1A2B3C4D: poolId } });

describe('the user pool is found', () => {
  it.each([
    ['in cdk-outputs.json, if it is here', { 'cdk-outputs.json': one }, []],
    ['in the file that is named', { 'out.json': one }, ['--outputs', 'out.json']],
    ['in the stack that is named', { 'cdk-outputs.json': two }, ['--stack', 'Production-Server']],
    ['under the path of its construct', { 'cdk-outputs.json': own }, []],
    ['by asking CloudFormation', {}, ['--stack', 'Mcp', '--region', 'eu-west-1']],
    ['by its id', {}, ['--user-pool-id', poolId]],
  ])('%s', async (_, files, argv) => {
    expect(await runUsers(fake, ['list', ...argv], { files })).toMatchObject({
      exitCode: 0,
      printed: 'Nobody yet. Add somebody with: cdk-secure-mcp users add EMAIL\n',
    });
  });
});

describe('the wrong user pool is never guessed', () => {
  it.each([
    [
      'several stages',
      { 'cdk-outputs.json': two },
      [],
      1,
      /several stacks with users: Staging-Server, Production-Server\. Say which/,
    ],
    [
      'a stack that the file has not',
      { 'cdk-outputs.json': one },
      ['--stack', 'Nope'],
      1,
      /has no stack Nope, only Staging-Server, Edge/,
    ],
    [
      'no pool among the outputs',
      { 'cdk-outputs.json': '{"A":{"McpUrl":"x"}}' },
      [],
      1,
      /no output that ends in UserPoolId/,
    ],
    ['nothing said at all', {}, [], 2, /which user pool\?/],
    ['a file that is not there', {}, ['--outputs', 'nope.json'], 2, /nope\.json cannot be read/],
    ['a file that is not JSON', { 'cdk-outputs.json': 'x' }, [], 2, /is not JSON/],
    ['a file of another kind', { 'cdk-outputs.json': '[1]' }, [], 2, /is not what cdk deploy/],
    ['a stack that is not there', {}, ['--stack', 'Nope'], 1, /there is no stack Nope/],
    [
      'another region',
      {},
      ['--user-pool-id', poolId, '--region', 'us-east-1'],
      2,
      /is in eu-west-1, not in us-east-1/,
    ],
    ['something that is no id', {}, ['--user-pool-id', 'x'], 2, /looks like eu-west-1_AbCdEfGhI/],
  ])('with %s', async (_, files, argv, exitCode, message) => {
    const before = fake.calls.length;
    const ran = await runUsers(fake, ['list', ...argv], { files });
    expect(ran).toMatchObject({ exitCode, errors: expect.stringMatching(message) });
    expect(fake.calls.length).toBe(before);
  });
});
