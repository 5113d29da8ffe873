import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '../../../lambda/operator/config.ts';
import { defaultDetectionSettings } from '../../../oauth/detection-settings.ts';
import { userPoolId } from './an-operator.ts';

describe('the environment', () => {
  const complete = { USER_POOL_ID: userPoolId, TABLE_NAME: 'grants' };

  it('is read into two names, because the function needs no more; no finding acts by itself', () => {
    expect(parseEnvironment(complete)).toEqual({
      userPoolId,
      tableName: 'grants',
      detections: defaultDetectionSettings,
    });
    expect(Object.values(defaultDetectionSettings).map(({ mode }) => mode)).not.toContain(
      'respond',
    );
  });

  it('says which findings act', () => {
    const { detections } = parseEnvironment({
      ...complete,
      DETECTIONS: '{"scope_probing":"respond"}',
    });
    expect(detections.scope_probing.mode).toBe('respond');
  });

  it.each([
    [{}, "invalid configuration: 'USER_POOL_ID' must be set; 'TABLE_NAME' must be set"],
    [{ USER_POOL_ID: userPoolId, TABLE_NAME: '' }, "'TABLE_NAME' must be set"],
    [{ USER_POOL_ID: 'pool', TABLE_NAME: 'grants' }, "'USER_POOL_ID' must match"],
    [{ USER_POOL_ID: userPoolId, TABLE_NAME: 'a b' }, "'TABLE_NAME' must match"],
    [{ ...complete, DETECTIONS: '{' }, "'DETECTIONS' must be JSON"],
    [{ ...complete, DETECTIONS: '{"x":"off"}' }, "'DETECTIONS' x is no detection"],
  ])(
    '%j is refused with every problem, because a deployment should fail once',
    (variables, message) => {
      expect(() => parseEnvironment(variables)).toThrow(message);
    },
  );
});
