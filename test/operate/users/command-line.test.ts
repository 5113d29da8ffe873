import { describe, expect, it } from 'vitest';
import { help, parseCommandLine } from '../../../operate/users/command-line.ts';
import { temporaryPassword } from '../../../operate/users/temporary-password.ts';

describe('the command line of users', () => {
  it('fits a terminal of 110 columns and names every option', () => {
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    for (const option of ['tenant', 'no-tenant', 'group', 'email', 'print-password', 'outputs'])
      expect(help).toContain(`--${option}`);
  });

  it.each([
    [['frobnicate'], /takes one of list, add, set-groups, disable, enable, sign-out, remove/],
    [['list', 'alice'], /takes no user/],
    [['remove'], /exactly one user/],
    [['remove', 'a', 'b'], /exactly one user/],
    [['remove', 'a b'], /without spaces/],
    [['remove', 'a', '--tenant', 'acme'], /users remove takes no --tenant/],
    [['set-groups', 'a', '--print-password'], /takes no --print-password/],
    [['add', 'a', '--tenant', 'acme', '--no-tenant'], /exclude each other/],
    [['add', 'a', '--tenant', '../x'], /--tenant takes letters/],
    [['add', 'a', '--group', 'tenant:acme'], /a tenant is given with --tenant/],
    [['list', '--frobnicate'], /Unknown option '--frobnicate'/],
    [['list', '--region', 'Mars'], /a region such as eu-west-1/],
    [['list', '--user-pool-id', 'x', '--stack', 'y'], /excludes/],
  ])('refuses %j in words', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(message);
  });
});

describe('a temporary password', () => {
  it('has every class of characters whatever chance says, because Cognito counts them', () => {
    for (const randomBelow of [() => 0, (limit: number) => limit - 1])
      expect(temporaryPassword(8, randomBelow)).toMatch(
        /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[-_+=.:]).{20}$/,
      );
  });

  it('is as long as the pool asks for', () => {
    expect(temporaryPassword(40, () => 0)).toHaveLength(40);
  });
});
