import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '../../../lambda/verification-user/config.ts';
import { answerCloudFormation } from '../../../lambda/verification-user/custom-resource.ts';
import { oneTimeCode } from '../../../lambda/verification-user/one-time-code.ts';
import { userPoolActions } from '../../../lambda/verification-user/user-pool.ts';
import { userSecretActions } from '../../../lambda/verification-user/user-secret.ts';
import { aUserPool, authenticatorKey } from './a-user-pool.ts';

const name = 'v@example.com';

describe('the user of a verification', () => {
  it('gets an authenticator where a second factor is required, because the pool is no weaker for it', async () => {
    const { user, users, stored } = aUserPool({ asksForCode: true });
    expect(await user.ensure(['readers', 'tenant:acme'])).toBe(name);
    expect(users.get(name)).toMatchObject({
      password: 'Secret-Word-1!',
      groups: new Set(['readers', 'tenant:acme']),
      key: authenticatorKey,
    });
    expect(JSON.parse(stored.value)).toEqual({
      username: name,
      password: 'Secret-Word-1!',
      totpKey: authenticatorKey,
    });
  });

  it('has its key in the secret before Cognito relies on it, because otherwise nobody could sign in', async () => {
    const { user, names, failing, stored, users } = aUserPool({ asksForCode: true });
    failing.at = 'VerifySoftwareTokenCommand';
    await expect(user.ensure([])).rejects.toThrow();
    expect(names().indexOf('PutSecretValue')).toBeLessThan(names().indexOf('VerifySoftwareToken'));
    failing.at = '';
    await user.ensure([]);
    expect(users.get(name)?.key).toBe(JSON.parse(stored.value).totpKey);
  });

  it('is left alone at the next deployment, because its authenticator is in use', async () => {
    const { user, calls, names } = aUserPool({ asksForCode: true });
    await user.ensure([]);
    calls.length = 0;
    await user.ensure([]);
    expect(names()).not.toContain('AssociateSoftwareToken');
    expect(names()).not.toContain('PutSecretValue');
    expect(names()).not.toContain('AdminDeleteUser');
  });

  it('is made again when the key of its authenticator is lost, because nobody can take that away from outside', async () => {
    const { user, stored, names } = aUserPool({ asksForCode: true });
    await user.ensure([]);
    stored.value = JSON.stringify({ username: name, password: 'Another-Word-2!' });
    await user.ensure(['readers']);
    expect(names().filter((one) => one === 'AdminDeleteUser')).toHaveLength(1);
    expect(JSON.parse(stored.value).totpKey).toBe(authenticatorKey);
  });

  it('gets none where no second factor is asked for', async () => {
    const { user, stored } = aUserPool({ asksForCode: false });
    await user.ensure([]);
    expect(JSON.parse(stored.value).totpKey).toBeUndefined();
  });

  it('calls what its role allows, and nothing else but what needs no permission', async () => {
    const { user, stored, names } = aUserPool({ asksForCode: true });
    await user.ensure(['readers']);
    stored.value = JSON.stringify({ username: name, password: 'Another-Word-2!' });
    await user.ensure(['readers']);
    const bySession = ['AssociateSoftwareToken', 'VerifySoftwareToken'];
    const called = [...new Set(names())].filter((one) => !bySession.includes(one)).sort();
    const allowed = [...userPoolActions, ...userSecretActions].map((one) => one.split(':')[1]);
    expect(called).toEqual(allowed.sort());
  });

  it('says nothing of a secret that cannot be read, because the parser would quote it', async () => {
    const { user, stored } = aUserPool({ asksForCode: true });
    stored.value = 'Secret-Word-1!';
    await expect(user.ensure([])).rejects.toThrow(/^the secret is not JSON$/);
  });
});

describe('the answer to CloudFormation', () => {
  const anEvent = (changes: object) =>
    ({
      RequestType: 'Create',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'User',
      ResponseURL: 'https://cloudformation.example/answer',
      ResourceProperties: { ServiceToken: 'function', Groups: ['readers'] },
      ...changes,
    }) as unknown as CloudFormationCustomResourceEvent;

  const answered = async (
    event: CloudFormationCustomResourceEvent,
    pool: ReturnType<typeof aUserPool>,
  ) => {
    const sent: { url: string; init: RequestInit }[] = [];
    const send = (async (url: string, init: RequestInit) => {
      sent.push({ url, init });
      return new Response(null, { status: 200 });
    }) as unknown as typeof fetch;
    await answerCloudFormation(event, () => pool.user, send);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      url: 'https://cloudformation.example/answer',
      init: { method: 'PUT' },
    });
    return JSON.parse(String(sent[0]?.init.body));
  };

  it('names the user, so that another name means another user', async () => {
    const pool = aUserPool({ asksForCode: true });
    expect(await answered(anEvent({}), pool)).toEqual({
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'User',
      Status: 'SUCCESS',
      PhysicalResourceId: name,
    });
    expect(pool.users.get(name)?.groups).toEqual(new Set(['readers']));
  });

  it('deletes the user, also when it is gone already, because a stack must be deletable', async () => {
    const pool = aUserPool({ asksForCode: true });
    await pool.user.ensure([]);
    const event = anEvent({ RequestType: 'Delete', PhysicalResourceId: name });
    expect(await answered(event, pool)).toMatchObject({ Status: 'SUCCESS' });
    expect(pool.users.size).toBe(0);
    expect(await answered(event, pool)).toMatchObject({ Status: 'SUCCESS' });
  });

  it('comes after a fault too, without the secret, because a deployment would wait for an hour', async () => {
    const pool = aUserPool({ asksForCode: true });
    pool.failing.at = 'AdminSetUserPasswordCommand';
    const answer = await answered(anEvent({}), pool);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: 'Error: AdminSetUserPasswordCommand failed',
      PhysicalResourceId: 'no-user',
    });
    expect(JSON.stringify(answer)).not.toContain('Secret-Word');
    // CloudFormation then deletes what it was told was made.
    const event = anEvent({ RequestType: 'Delete', PhysicalResourceId: 'no-user' });
    expect(await answered(event, pool)).toMatchObject({ Status: 'SUCCESS' });
    expect(pool.names()).not.toContain('AdminDeleteUser');
  });

  it('comes when the function is not configured at all', async () => {
    const bodies: string[] = [];
    const send = (async (_: string, { body }: RequestInit) => {
      bodies.push(String(body));
      return new Response(null, { status: 200 });
    }) as unknown as typeof fetch;
    const broken = () => {
      parseEnvironment({});
      throw new Error('unreachable');
    };
    await answerCloudFormation(anEvent({}), broken, send);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /'USER_POOL_ID' must match .*'ENROLMENT_CLIENT_ID'.*'SECRET_ARN'/,
      ),
    });
  });
});

describe('a one-time code', () => {
  // RFC 6238, appendix B, the last six of eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s is %s', (seconds, code) => {
    expect(oneTimeCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', seconds * 1000)).toBe(code);
  });

  it('is not made of a key that is none, because a wrong code locks the user out', () => {
    expect(() => oneTimeCode('not base32!', 0)).toThrow('base32');
  });
});
