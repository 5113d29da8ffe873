import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AttributeValue,
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest } from '../../../lambda/authorization-server/digest.ts';
import type { Exchange } from '../../../lambda/authorization-server/exchange.ts';
import { createGrant } from '../../../lambda/authorization-server/grants.ts';
import { createSeal } from '../../../lambda/authorization-server/seal.ts';
import { createDynamoDbGrantStore } from '../../../lambda/authorization-server/store/dynamodb-grant-store.ts';
import {
  grantStorePermissions,
  grantTable,
} from '../../../lambda/authorization-server/store/grant-table.ts';
import { StoredRecordError } from '../../../lambda/authorization-server/store/stored-record.ts';
import { type Dynalite, startDynalite, tableName } from './dynalite.ts';
import { aCode, aGrant, now, optionalOfCode, optionalOfGrant } from './records.ts';

type Item = Record<string, AttributeValue>;

let dynalite: Dynalite;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite?.close());

const storeOn = (client: DynamoDBClient = dynalite.client) =>
  createDynamoDbGrantStore({ client, tableName });

const storedItem = async (pk: string): Promise<Item> => {
  const { Items } = await dynalite.client.send(
    new ScanCommand({
      TableName: tableName,
      FilterExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    }),
  );
  return Items?.[0] ?? {};
};

/** As docs/storage-schema.md writes types: `L of S`, not `L`. */
const typeOf = (value: AttributeValue): string => {
  const [type] = Object.keys(value);
  return value.L ? `L of ${[...new Set(value.L.map(typeOf))].join(',')}` : String(type);
};

const typesOf = (item: Item): Record<string, string> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, typeOf(value)]));

/** The rows of one table in the document, as attribute → type. */
const documented = (heading: string): Record<string, string> => {
  const document = readFileSync(
    new URL('../../../docs/storage-schema.md', import.meta.url),
    'utf8',
  );
  const section = document.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$/gm);
  return Object.fromEntries([...rows].map(([, name, type]) => [name, type]));
};

const isOptional = ([, type]: [string, string]): boolean => type.endsWith('?');
const namesOf = (entries: readonly [string, string][]): string[] => entries.map(([name]) => name);

/** Ends every attempt the same way, and counts them. */
const failing = (client: DynamoDBClient, fail: () => Error) => {
  const attempts: string[] = [];
  client.middlewareStack.add(
    (_, context) => async () => {
      attempts.push(String(context.commandName));
      throw fail();
    },
    { step: 'deserialize', name: 'failing' },
  );
  return attempts;
};

/** DynamoDB does its work, but the first answer never arrives: the SDK repeats the call. */
const losingFirstAnswer = (): DynamoDBClient => {
  const client = dynalite.clientOf();
  let isFirst = true;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      if (!isFirst) return answer;
      isFirst = false;
      throw Object.assign(new Error('the answer got lost'), { name: 'TimeoutError' });
    },
    { step: 'deserialize', name: 'losing', priority: 'high' },
  );
  return client;
};

describe('what the store writes', () => {
  it.each([
    [
      'Authorization code',
      async () => {
        const code = aCode(optionalOfCode);
        await storeOn().putCode(code);
        await storeOn().consumeCode(code.codeHash, now);
        return storedItem(`code#${code.codeHash}`);
      },
      async () => {
        const code = aCode();
        await storeOn().putCode(code);
        return storedItem(`code#${code.codeHash}`);
      },
    ],
    [
      'Grant',
      async () => {
        const grant = aGrant(optionalOfGrant);
        await storeOn().putGrant(grant);
        return storedItem(`grant#${grant.grantId}`);
      },
      async () => {
        const grant = aGrant();
        await storeOn().putGrant(grant);
        return storedItem(`grant#${grant.grantId}`);
      },
    ],
  ])(
    '%s: is what docs/storage-schema.md lists, because a stranger must know what is kept',
    async (heading, full, minimal) => {
      const rows = Object.entries(documented(heading));
      expect(rows.length).toBeGreaterThan(10);
      const types = rows.map(([name, type]) => [name, type.replace('?', '')]);
      expect(typesOf(await full())).toEqual(Object.fromEntries(types));
      const requiredRows = rows.filter((row) => !isOptional(row));
      expect(Object.keys(await minimal()).sort()).toEqual(namesOf(requiredRows).sort());
    },
  );

  it('documents keys, index and TTL as the table is created, because the construct reads the same data', () => {
    const document = readFileSync(
      new URL('../../../docs/storage-schema.md', import.meta.url),
      'utf8',
    );
    const { partitionKey, subjectIndex, timeToLiveAttribute } = grantTable;
    expect(document).toContain(`| Partition key | \`${partitionKey.name}\` (S); no sort key |`);
    expect(document).toContain(
      `| Index \`${subjectIndex.name}\` | partition key \`${subjectIndex.partitionKey.name}\` (S), sort key \`${subjectIndex.sortKey.name}\` (N), projection \`${subjectIndex.projection}\` |`,
    );
    expect(document).toContain(`| TTL attribute | \`${timeToLiveAttribute}\` |`);
  });

  it('sets TTL to when a record is worthless, because TTL before that would forget a replay', async () => {
    const [code, grant] = [aCode(), aGrant()];
    await storeOn().putCode(code);
    await storeOn().putGrant(grant);
    await storeOn().replaceGrant({ ...grant, expiresAt: now + 9_999 }, 1);
    expect((await storedItem(`code#${code.codeHash}`)).ttl).toEqual({ N: `${code.purgeAt}` });
    expect((await storedItem(`grant#${grant.grantId}`)).ttl).toEqual({ N: `${now + 9_999}` });
  });

  it('holds no secret in readable form, because a reader of the table must not become the user', async () => {
    const [key, code, accessToken, refreshToken] = ['key', 'code', 'access', 'refresh'].map(() =>
      randomBytes(32).toString('base64url'),
    ) as [string, string, string, string];
    const sealingKeys = [{ id: 'k1', key }];
    const seal = createSeal(sealingKeys, () => now * 1000);
    const record = aCode({
      codeHash: digest(code),
      sealedTokens: await seal.seal('tokens', { accessToken, refreshToken }, now + 600),
    });
    await storeOn().putCode(record);
    const exchange = {
      ...{ seal, seconds: now, store: storeOn() },
      settings: { sealingKeys, grantLifetimeSeconds: 3600 },
      randomToken: () => randomBytes(32).toString('base64url'),
    } as unknown as Exchange;
    const { handle, grant } = await createGrant(
      exchange,
      record,
      { clientName: 'x' },
      refreshToken,
    );
    const items = [
      await storedItem(`code#${record.codeHash}`),
      await storedItem(`grant#${grant.grantId}`),
    ];
    const stored = JSON.stringify(items);
    expect(stored).toContain(grant.handleHash);
    const [, random] = handle.split('.');
    for (const secret of [key, code, accessToken, refreshToken, handle, random as string]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('base64url'));
    }
  });

  it('refuses an id that no key can hold, because DynamoDB would answer with a puzzle', async () => {
    await expect(storeOn().putGrant(aGrant({ grantId: 'x'.repeat(3_000) }))).rejects.toThrow(
      "'grantId' must be at most 2048 bytes long",
    );
  });
});

describe('a call whose answer got lost', () => {
  it('creates a grant once and says so, because the user would have to sign in again', async () => {
    const grant = aGrant();
    await storeOn(losingFirstAnswer()).putGrant(grant);
    expect(await storeOn().getGrant(grant.grantId, now)).toEqual(grant);
  });

  it('still consumes the code, because a replay alarm would end an honest user’s grant', async () => {
    const code = aCode();
    await storeOn().putCode(code);
    const consumption = await storeOn(losingFirstAnswer()).consumeCode(code.codeHash, now);
    expect(consumption).toEqual({ outcome: 'consumed', record: code });
    expect((await storeOn().consumeCode(code.codeHash, now)).outcome).toBe('replayed');
  });

  it('still replaces the grant, because the client would keep a handle that is no longer current', async () => {
    const grant = aGrant();
    await storeOn().putGrant(grant);
    const next = { ...grant, generation: 2 };
    expect(await storeOn(losingFirstAnswer()).replaceGrant(next, 1)).toBe(true);
    expect(await storeOn().getGrant(grant.grantId, now)).toEqual(next);
  });
});

describe('a DynamoDB that does not do its work', () => {
  const calls: readonly [string, (client: DynamoDBClient) => Promise<unknown>][] = [
    ['putCode', (client) => storeOn(client).putCode(aCode())],
    ['consumeCode', (client) => storeOn(client).consumeCode('hash', now)],
    ['putGrant', (client) => storeOn(client).putGrant(aGrant())],
    ['getGrant', (client) => storeOn(client).getGrant('id', now)],
    ['replaceGrant', (client) => storeOn(client).replaceGrant(aGrant(), 1)],
    ['deleteGrant', (client) => storeOn(client).deleteGrant('id')],
    ['grantsOf', (client) => storeOn(client).grantsOf('subject', now)],
    ['deleteGrantsOf', (client) => storeOn(client).deleteGrantsOf('subject')],
  ];

  it.each(calls)(
    '%s throws after two attempts when throttled, because a refusal would blame the user',
    async (_, call) => {
      const client = dynalite.clientOf();
      const attempts = failing(
        client,
        () => new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} }),
      );
      await expect(call(client)).rejects.toThrow(ProvisionedThroughputExceededException);
      expect(attempts).toHaveLength(2);
    },
  );

  it('throws after about four seconds of silence, because a token call must not hang', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = dynalite.clientOf({ endpoint: `http://127.0.0.1:${port}` });
    const startedAt = performance.now();
    await expect(storeOn(client).getGrant('id', now)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    const seconds = (performance.now() - startedAt) / 1000;
    expect(seconds).toBeGreaterThan(3.9);
    expect(seconds).toBeLessThan(6);
    server.closeAllConnections();
    server.close();
  });
});

describe('a record that this version did not write', () => {
  const putRaw = (item: Item) =>
    dynalite.client.send(new PutItemCommand({ TableName: tableName, Item: item }));

  const aTampered = async (change: (item: Item) => Item) => {
    const grant = aGrant(optionalOfGrant);
    await storeOn().putGrant(grant);
    await putRaw(change(await storedItem(`grant#${grant.grantId}`)));
    return grant;
  };

  const without = (item: Item, name: string): Item =>
    Object.fromEntries(Object.entries(item).filter(([key]) => key !== name));

  it.each<[string, string, (item: Item) => Item]>([
    ['a later version', 'schemaVersion', (item) => ({ ...item, schemaVersion: { N: '2' } })],
    ['no version', 'schemaVersion', (item) => without(item, 'schemaVersion')],
    ['a missing attribute', 'clientId', (item) => without(item, 'clientId')],
    ['text for a number', 'expiresAt', (item) => ({ ...item, expiresAt: { S: '9999999999' } })],
    ['a negative generation', 'generation', (item) => ({ ...item, generation: { N: '-1' } })],
    ['a huge expiry', 'expiresAt', (item) => ({ ...item, expiresAt: { N: '1e30' } })],
    ['a fraction', 'rotatedAt', (item) => ({ ...item, rotatedAt: { N: '1.5' } })],
    ['a string set of scopes', 'scopes', (item) => ({ ...item, scopes: { SS: ['a'] } })],
    ['a number among scopes', 'scopes', (item) => ({ ...item, scopes: { L: [{ N: '1' }] } })],
    ['a tenant of another type', 'tenant', (item) => ({ ...item, tenant: { BOOL: true } })],
  ])(
    '%s is a fault that names the attribute and no value, because nobody may get in by it',
    async (_, name, change) => {
      const grant = await aTampered(change);
      const fault = await storeOn()
        .getGrant(grant.grantId, now)
        .catch((error: unknown) => error as StoredRecordError);
      expect(fault).toBeInstanceOf(StoredRecordError);
      expect(fault).toMatchObject({ attributes: [name], message: expect.stringContaining(name) });
      expect(JSON.stringify(fault) + String(fault)).not.toContain(grant.sealedHandle);
      await expect(storeOn().grantsOf(grant.subject, now)).rejects.toThrow(StoredRecordError);
    },
  );

  it('is still deleted with the user’s other grants, because containment must not depend on reading', async () => {
    const grant = await aTampered((item) => without(item, 'clientId'));
    expect(await storeOn().deleteGrantsOf(grant.subject)).toEqual([grant.grantId]);
    expect(await storedItem(`grant#${grant.grantId}`)).toEqual({});
  });

  it('uses up a code it cannot read, because a second attempt must not find it fresh', async () => {
    const code = aCode();
    await storeOn().putCode(code);
    const item = await storedItem(`code#${code.codeHash}`);
    await putRaw(without(item, 'redirectUri'));
    await expect(storeOn().consumeCode(code.codeHash, now)).rejects.toThrow(StoredRecordError);
    const { consumedBy } = await storedItem(`code#${code.codeHash}`);
    await putRaw({ ...item, ...(consumedBy && { consumedBy }) });
    expect((await storeOn().consumeCode(code.codeHash, now)).outcome).toBe('replayed');
  });

  it('ignores an attribute it does not know, because the version before must survive a rollback', async () => {
    const grant = await aTampered((item) => ({ ...item, later: { S: 'x' } }));
    expect(await storeOn().getGrant(grant.grantId, now)).toEqual(grant);
  });
});

describe('reading a grant', () => {
  it('is consistent, because a grant that was ended a moment ago must not work once more', async () => {
    const client = dynalite.clientOf();
    const inputs: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        inputs.push(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'recording' },
    );
    await storeOn(client).getGrant('id', now);
    expect(inputs).toEqual([expect.objectContaining({ ConsistentRead: true })]);
  });
});

describe('permissions', () => {
  it('are exactly what the calls need, because the role grants nothing else', async () => {
    const client = dynalite.clientOf();
    const used = new Set<string>();
    client.middlewareStack.add(
      (next, context) => (args) => {
        used.add(`dynamodb:${String(context.commandName).replace('Command', '')}`);
        return next(args);
      },
      { step: 'initialize', name: 'recording' },
    );
    const store = storeOn(client);
    const [code, grant] = [aCode(), aGrant({ subject: randomUUID() })];
    await store.putCode(code);
    await store.consumeCode(code.codeHash, now);
    await store.putGrant(grant);
    await store.replaceGrant(grant, 1);
    await store.grantsOf(grant.subject, now);
    await store.deleteGrantsOf(grant.subject);
    const { table, subjectIndex } = grantStorePermissions;
    expect([...used].sort()).toEqual([...table, ...subjectIndex].sort());
  });
});
