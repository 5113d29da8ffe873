import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeCognito, startFakeCognito } from './fake-cognito.ts';
import { type Changes, here, runUsers, secretKey } from './run-users.ts';

const groups = ['tenant:acme', 'tenant:globex', 'readers', 'operators', 'writers'];
const alice = 'alice@example.com';

let fake: FakeCognito;
beforeEach(async () => {
  fake = await startFakeCognito({ groups });
});
afterEach(() => fake.close());

const users = (argv: readonly string[], changes?: Changes) =>
  runUsers(fake, [...argv, ...here], changes);

const addAlice = () => users(['add', alice, '--tenant', 'acme', '--group', 'readers']);

describe('users add', () => {
  it('invites last, because nobody may sign in before tenant and groups are set', async () => {
    const { exitCode, printed } = await addAlice();
    expect(exitCode).toBe(0);
    expect(printed).toBe(
      `Added ${alice}: tenant acme, groups readers.\nAn invitation with a temporary password, valid for 3 days, was sent to ${alice}.\n`,
    );
    const writes = fake.calls.filter(({ action }) => action.startsWith('Admin'));
    expect(writes.map(({ action, input }) => input.MessageAction ?? action)).toEqual([
      'SUPPRESS',
      'AdminAddUserToGroup',
      'AdminAddUserToGroup',
      'RESEND',
    ]);
    expect(fake.invitations).toEqual([alice]);
    expect([...fake.find(alice).groups]).toEqual(['tenant:acme', 'readers']);
  });

  it.each([
    ['an unknown tenant', ['--tenant', 'initech'], /no tenant initech .* Tenants: acme, globex/],
    [
      'an unknown group',
      ['--no-tenant', '--group', 'admins'],
      /no group admins .* Groups: operators, readers, writers/,
    ],
    ['no tenant where there are tenants', [], /has tenants \(acme, globex\)\. Say which/],
  ])('writes nothing for %s, because a half-made user is a riddle', async (_, argv, message) => {
    const { exitCode, errors } = await users(['add', alice, ...argv]);
    expect(exitCode).toBe(1);
    expect(errors).toMatch(message);
    expect(fake.actionsCalled().filter((action) => action.startsWith('Admin'))).toEqual([]);
  });

  it('prints a temporary password only when asked, and then mails none', async () => {
    const { printed } = await users(['add', alice, '--no-tenant', '--print-password']);
    const { password } = fake.find(alice);
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[^A-Za-z\d]).{20,}$/);
    expect(printed.split(password as string)).toHaveLength(2);
    expect(fake.invitations).toEqual([]);
  });

  it.each([
    ['a group refuses', 'AdminAddUserToGroup'],
    ['the invitation cannot be sent', 'AdminCreateUser'],
  ])(
    'takes the user back when %s, because half a user would be found by nobody',
    async (_, action) => {
      const fault = { action, type: 'CodeDeliveryFailureException', message: 'quota' };
      // The second call of AdminCreateUser is the invitation: planned while the group is added.
      if (action === 'AdminCreateUser')
        fake.actions.AdminAddUserToGroup = () => {
          fake.fail(fault);
        };
      else fake.fail(fault);
      const { exitCode, errors } = await users(['add', alice, '--tenant', 'acme']);
      expect(exitCode).toBe(1);
      expect(errors).toMatch(/could not be sent: quota.* The user was taken back; nothing is left/);
      expect(fake.users.size).toBe(0);
    },
  );

  it('says what is left when even that fails', async () => {
    fake.fail({ action: 'AdminAddUserToGroup', type: 'InternalErrorException', message: 'oops' });
    fake.fail({ action: 'AdminDeleteUser', type: 'InternalErrorException', message: 'oops' });
    const { errors } = await users(['add', alice, '--tenant', 'acme']);
    expect(errors).toMatch(/has no invitation: remove alice@example\.com before trying again/);
  });

  it('says that a user exists already, and how to change one', async () => {
    await addAlice();
    const { exitCode, errors } = await addAlice();
    expect(exitCode).toBe(1);
    expect(errors).toMatch(/alice@example\.com exists already\. .*set-groups/);
  });

  it('needs an address where users are addresses', async () => {
    const { exitCode, errors } = await users(['add', 'alice', '--no-tenant']);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining('are e-mail addresses')]);
  });
});

describe('users list', () => {
  beforeEach(async () => {
    await addAlice();
    await users(['add', 'bob@example.com', '--tenant', 'globex', '--group', 'writers']);
    await users(['add', 'carol@example.com', '--no-tenant']);
    await users(['disable', 'carol@example.com', '--yes']);
  });

  it('reads every page of users, groups and members', async () => {
    const { printed } = await users(['list']);
    expect(printed).toBe(
      [
        'USER               TENANT  GROUPS   STATE     SINCE',
        'alice@example.com  acme    readers  invited   2026-11-20',
        'bob@example.com    globex  writers  invited   2026-11-20',
        'carol@example.com  –       –        disabled  2026-11-20',
        '',
      ].join('\n'),
    );
  });

  it('prints JSON for programs, one tenant if wanted', async () => {
    const { printed } = await users(['list', '--json', '--tenant', 'globex']);
    expect(JSON.parse(printed)).toEqual([
      {
        username: '00000000-0000-4000-8000-000000000002',
        email: 'bob@example.com',
        status: 'FORCE_CHANGE_PASSWORD',
        isEnabled: true,
        createdAt: '2026-11-20T08:00:00.000Z',
        tenants: ['globex'],
        groups: ['writers'],
      },
    ]);
  });

  it('shows a name from outside without what a terminal acts on', async () => {
    fake.find('bob@example.com').groups.clear();
    const hostile = {
      ...fake.find('bob@example.com'),
      email: 'x\u001b[2K\u202E\nroot@example.com',
    };
    fake.users.set(hostile.username, hostile);
    const { printed } = await users(['list']);
    expect(printed).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
    expect(printed.trim().split('\n')).toHaveLength(4);
  });

  it('does not go round for ever when a page names itself as the next', async () => {
    fake.actions.ListUsers = () => ({ Users: [], PaginationToken: 'same' });
    const { exitCode, errors } = await users(['list']);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('repeats a page')]);
  });
});

describe('users set-groups', () => {
  beforeEach(addAlice);

  it('makes it exactly these groups and keeps the tenant, because nobody spoke of it', async () => {
    const { printed } = await users(['set-groups', alice, '--group', 'writers', '--yes']);
    expect(printed).toMatch(/now has tenant acme, groups writers/);
    expect([...fake.find(alice).groups].sort()).toEqual(['tenant:acme', 'writers']);
  });

  it('leaves the old tenant before it enters the new one, because two tenants are none', async () => {
    await users(['set-groups', alice, '--tenant', 'globex', '--group', 'readers', '--yes']);
    const moves = fake.calls.filter(({ action }) => /ToGroup|FromGroup/.test(action)).slice(-2);
    expect(moves.map(({ action, input }) => [action, input.GroupName])).toEqual([
      ['AdminRemoveUserFromGroup', 'tenant:acme'],
      ['AdminAddUserToGroup', 'tenant:globex'],
    ]);
  });

  it('asks before it takes something away, and changes nothing without a yes', async () => {
    const no = await users(['set-groups', alice, '--no-tenant'], { answer: 'y' });
    expect(no).toMatchObject({ exitCode: 1, questions: [expect.stringContaining('tenant acme')] });
    expect(no.errors).toContain('nothing was changed');
    expect(fake.find(alice).groups.size).toBe(2);
  });

  it('changes nothing and asks nothing when all is as wanted', async () => {
    const { printed, questions } = await users(['set-groups', alice, '--group', 'readers']);
    expect(printed).toContain('Nothing was changed');
    expect(questions).toEqual([]);
  });
});

describe('users disable, enable, sign-out and remove', () => {
  beforeEach(addAlice);

  it('disables before it signs out, because somebody could sign in again in between', async () => {
    fake.find(alice).isSignedIn = true;
    await users(['disable', alice], { answer: 'yes' });
    expect(fake.find(alice)).toMatchObject({ isEnabled: false, isSignedIn: false });
    expect(fake.actionsCalled().slice(-2)).toEqual(['AdminDisableUser', 'AdminUserGlobalSignOut']);
    await users(['enable', alice]);
    expect(fake.find(alice).isEnabled).toBe(true);
  });

  it('signs out without asking, because signing in again is all it costs', async () => {
    fake.find(alice).isSignedIn = true;
    expect(await users(['sign-out', alice])).toMatchObject({ exitCode: 0, questions: [] });
    expect(fake.find(alice).isSignedIn).toBe(false);
  });

  it('removes only after a yes', async () => {
    expect(await users(['remove', alice], { answer: 'no' })).toMatchObject({ exitCode: 1 });
    expect(fake.users.size).toBe(1);
    expect(await users(['remove', alice], { answer: 'yes' })).toMatchObject({
      exitCode: 0,
      printed: `${alice} was removed.\n`,
    });
    expect(fake.users.size).toBe(0);
  });

  it.each(['remove', 'disable'])(
    'does not %s in a script without --yes, because there is nobody to ask',
    async (action) => {
      const { exitCode, errors } = await users([action, alice]);
      expect([exitCode, errors]).toEqual([2, expect.stringContaining('give --yes')]);
      expect(fake.find(alice).isEnabled).toBe(true);
    },
  );

  it.each(['remove', 'disable', 'enable', 'sign-out', 'set-groups'])(
    '%s says that there is no such user, and asks nothing',
    async (action) => {
      const { exitCode, errors, questions } = await users([action, 'mallory@example.com']);
      expect([exitCode, questions]).toEqual([1, []]);
      expect(errors).toContain('there is no user mallory@example.com in this user pool');
    },
  );
});

describe('what AWS refuses', () => {
  it.each([
    [
      'AccessDeniedException',
      'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: cognito-idp:ListUsers',
      /may not do this: .*cognito-idp:ListUsers/,
    ],
    ['NotAuthorizedException', 'not allowed', /may not do this/],
    [
      'ExpiredTokenException',
      'The security token included in the request is expired',
      /session .* has expired\. Sign in again/,
    ],
    [
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      /does not accept these credentials/,
    ],
    ['TooManyRequestsException', 'Too many requests', /because of too many calls/],
    [
      'InternalErrorException',
      'a\u001b[31mb',
      /InternalErrorException: a \[31mb \(request req-1\)/,
    ],
  ])('says what to do about %s in one line', async (type, message, said) => {
    fake.fail({ action: 'ListUsers', type, message, times: 99 });
    const { exitCode, errors, printed } = await users(['list']);
    expect(exitCode).toBe(1);
    expect(errors).toMatch(said);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors + printed).not.toContain(secretKey);
  });

  it('waits out throttling, because Cognito allows few calls a second', async () => {
    await addAlice();
    fake.fail({ action: 'ListUsers', type: 'TooManyRequestsException', message: 'slow', times: 2 });
    const { exitCode, printed } = await users(['list'], { client: { maxAttempts: 4 } });
    expect([exitCode, printed]).toEqual([0, expect.stringContaining(alice)]);
    expect(fake.actionsCalled().filter((action) => action === 'ListUsers')).toHaveLength(3);
  });

  it('says that the pool is not there, with region', async () => {
    const { errors } = await runUsers(fake, ['list', '--user-pool-id', 'eu-west-1_Other']);
    expect(errors).toContain('there is no user pool eu-west-1_Other in eu-west-1');
  });

  it('says that AWS cannot be reached', async () => {
    const { errors } = await users(['list'], { client: { endpoint: 'http://127.0.0.1:9' } });
    expect(errors).toContain('AWS cannot be reached in eu-west-1');
  });

  it('says that there are no credentials', async () => {
    const credentials = async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    const { errors } = await users(['list'], { client: { credentials } });
    expect(errors).toMatch(/no AWS credentials here\. Sign in/);
  });
});

describe('a pool whose users have names', () => {
  it('takes a name and an address to invite', async () => {
    const other = await startFakeCognito({ hasEmailUsernames: false });
    const nowhere = await runUsers(other, ['add', 'dave', ...here]);
    expect([nowhere.exitCode, nowhere.errors]).toEqual([
      2,
      expect.stringContaining('Give --email'),
    ]);
    await runUsers(other, ['add', 'dave', '--email', 'dave@example.com', ...here]);
    expect(other.invitations).toEqual(['dave@example.com']);
    await other.close();
  });
});
