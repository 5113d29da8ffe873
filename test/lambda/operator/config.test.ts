import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '../../../lambda/operator/config.ts';
import { userPoolId } from './an-operator.ts';

describe('the environment', () => {
  it('is read into two names, because the function needs no more', () => {
    expect(parseEnvironment({ USER_POOL_ID: userPoolId, TABLE_NAME: 'grants' })).toEqual({
      userPoolId,
      tableName: 'grants',
    });
  });

  it.each([
    [{}, "invalid configuration: 'USER_POOL_ID' must be set; 'TABLE_NAME' must be set"],
    [{ USER_POOL_ID: userPoolId, TABLE_NAME: '' }, "'TABLE_NAME' must be set"],
    [{ USER_POOL_ID: 'pool', TABLE_NAME: 'grants' }, "'USER_POOL_ID' must match"],
    [{ USER_POOL_ID: userPoolId, TABLE_NAME: 'a b' }, "'TABLE_NAME' must match"],
  ])(
    '%j is refused with every problem, because a deployment should fail once',
    (variables, message) => {
      expect(() => parseEnvironment(variables)).toThrow(message);
    },
  );
});
