import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbGrantStore } from '../../../lambda/authorization-server/store/dynamodb-grant-store.ts';
import type { OperatorAction } from '../../../lambda/operator/operator-request.ts';
import { operatorPermissions } from '../../../lambda/operator/permissions.ts';
import { type Dynalite, startDynalite, tableName } from '../store/dynalite.ts';
import { ada, anOperator, putGrants } from './an-operator.ts';

describe('permissions', () => {
  let dynalite: Dynalite;
  beforeAll(async () => {
    dynalite = await startDynalite();
  });
  afterAll(() => dynalite?.close());

  it.each(Object.keys(operatorPermissions) as OperatorAction[])(
    '%s calls exactly what its entry allows, because the construct grants just that',
    async (action) => {
      const client = dynalite.clientOf();
      const used = new Set<string>();
      client.middlewareStack.add(
        (next, context) => (args) => {
          used.add(`dynamodb:${String(context.commandName).replace('Command', '')}`);
          return next(args);
        },
        { step: 'initialize', name: 'recording' },
      );
      const store = createDynamoDbGrantStore({ client, tableName });
      const { operate, namesCalled } = anOperator({}, store);
      const plain = createDynamoDbGrantStore({ client: dynalite.client, tableName });
      const [first] = await putGrants(plain, { subject: ada.subject }, { subject: ada.subject });
      const targets = {
        'revoke-grants': [{ grantId: first }, { subject: ada.subject }],
        'block-client': [{ clientId: 'https://client.example/metadata.json' }],
        'unblock-client': [{ clientId: 'dyn-0123456789abcdef' }],
        'block-tenant': [{ tenant: 'acme' }],
        'unblock-tenant': [{ tenant: 'acme' }],
        'list-app-clients': [{}],
      };
      const userTargets = [{ subject: ada.subject }, { username: 'ada' }];
      for (const target of (targets as Record<string, object[]>)[action] ?? userTargets)
        expect(await operate({ action, ...target })).toMatchObject({ ok: true });
      const { userPool, grantTable, subjectIndex } = operatorPermissions[action];
      for (const name of namesCalled()) used.add(`cognito-idp:${name}`);
      expect([...used].sort()).toEqual([...userPool, ...grantTable, ...subjectIndex].sort());
    },
  );
});
