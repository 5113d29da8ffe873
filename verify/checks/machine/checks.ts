import type { CheckGroup } from '../../check.ts';
import { check as aMachineCannotNameItsOwnScopes } from './a-machine-cannot-name-its-own-scopes.ts';
import { check as aMachineGetsAToken } from './a-machine-gets-a-token.ts';
import { check as aMachineGetsNoRefreshToken } from './a-machine-gets-no-refresh-token.ts';
import { check as aMachineMayAuthenticateWithBasic } from './a-machine-may-authenticate-with-basic.ts';
import { check as aStrangerIsNoMachine } from './a-stranger-is-no-machine.ts';
import { check as aWrongSecretIsRefused } from './a-wrong-secret-is-refused.ts';

export const machine: CheckGroup = {
  id: 'machine',
  title: 'Machine clients',
  checks: [
    aMachineCannotNameItsOwnScopes,
    aMachineGetsAToken,
    aMachineGetsNoRefreshToken,
    aMachineMayAuthenticateWithBasic,
    aStrangerIsNoMachine,
    aWrongSecretIsRefused,
  ],
};
