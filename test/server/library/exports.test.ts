import { expect, it } from 'vitest';
import * as library from '../../../server/index.ts';

it('the library exports exactly this, because each name is a promise', () => {
  expect(Object.keys(library).sort()).toEqual([
    'ConfigurationError',
    'TenantDenied',
    'UserFacingError',
    'asCaller',
    'callerOf',
    'createHandles',
    'createRequestState',
    'createSecurityLog',
    'definePrompt',
    'defineResource',
    'defineTool',
    'fromV1Server',
    'guardUpstream',
    'parseAccessPolicyFile',
    'parseServerConfig',
    'resourcePattern',
    'sameTenant',
    'serve',
    'startResourceServer',
  ]);
});
