import { createDynamoDbGrantStore } from '../../../lambda/authorization-server/store/dynamodb-grant-store.ts';
import { memoryGrantStore } from '../../../lambda/authorization-server/store/memory-grant-store.ts';
import { startDynalite, tableName } from './dynalite.ts';
import { grantStoreContract } from './grant-store.contract.ts';

grantStoreContract('the memory store', async () => ({
  store: memoryGrantStore(),
  close: async () => undefined,
}));

grantStoreContract('the DynamoDB store', async () => {
  const { client, close } = await startDynalite();
  return { store: createDynamoDbGrantStore({ client, tableName }), close };
});
