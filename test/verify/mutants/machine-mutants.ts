import {
  answers,
  formOf,
  isGrant,
  isToken,
  jsonAnswer,
  known,
  type Mutant,
  withForm,
  withJson,
} from '../support/mutant.ts';

/** Wrong about clients that have no person behind them. */

const isMachine = isGrant('client_credentials');

export const machineMutants: readonly Mutant[] = [
  {
    name: 'any secret of a machine accepted',
    access: 'everything',
    request: (request) => {
      const form = formOf(request);
      return isMachine(request) && form.get('client_id') === 'localMachineClient'
        ? withForm(request, (changed) => changed.set('client_secret', known.machineSecret))
        : request;
    },
    breaks: ['a-wrong-secret-is-refused'],
  },
  {
    name: 'no machines',
    access: 'everything',
    request: (request) =>
      isMachine(request) && !formOf(request).get('client_id')?.startsWith('dyn.')
        ? jsonAnswer(401, { error: 'invalid_client' })
        : request,
    breaks: ['a-machine-gets-a-token', 'a-machine-may-authenticate-with-basic'],
  },
  {
    name: 'machines only with a secret in the form',
    access: 'everything',
    request: (request) =>
      isToken(request) && String(request.headers.authorization).startsWith('Basic')
        ? jsonAnswer(401, { error: 'invalid_client' })
        : request,
    breaks: ['a-machine-may-authenticate-with-basic'],
  },
  {
    name: 'strangers as machines',
    access: 'everything',
    request: (request) =>
      isMachine(request) && formOf(request).get('client_id')?.startsWith('dyn.')
        ? jsonAnswer(200, { access_token: 'for-nobody-in-particular' })
        : request,
    breaks: ['a-stranger-is-no-machine'],
  },
  {
    name: 'refresh tokens for machines',
    access: 'everything',
    response: answers(
      (request, { status }) => isMachine(request) && status === 200,
      withJson({ refresh_token: 'outlives-the-secret' }),
    ),
    breaks: ['a-machine-gets-no-refresh-token'],
  },
  {
    name: 'machines that choose their scopes',
    access: 'everything',
    request: (request) =>
      isMachine(request) && formOf(request).get('scope') === 'verify:everything'
        ? jsonAnswer(200, { access_token: 'may-do-everything', token_type: 'Bearer' })
        : request,
    breaks: ['a-machine-cannot-name-its-own-scopes'],
  },
];
