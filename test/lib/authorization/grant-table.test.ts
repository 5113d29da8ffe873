import { describe, expect, it } from 'vitest';
import { grantTable } from '../../../lambda/authorization-server/store/grant-table.ts';
import { aServer, resourcesOf } from '../../support/synth.ts';

describe('the table of grants', () => {
  const [table] = resourcesOf(aServer().template(), 'AWS::DynamoDB::GlobalTable');

  it('has the keys, the index and the expiry that the code uses, because they are written in two rooms', () => {
    const { partitionKey, subjectIndex, timeToLiveAttribute } = grantTable;
    expect(table?.Properties).toMatchObject({
      KeySchema: [{ AttributeName: partitionKey.name, KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(table?.Properties.GlobalSecondaryIndexes).toMatchObject([
      {
        IndexName: subjectIndex.name,
        KeySchema: [
          { AttributeName: subjectIndex.partitionKey.name, KeyType: 'HASH' },
          { AttributeName: subjectIndex.sortKey.name, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: subjectIndex.projection },
      },
    ]);
    expect(table?.Properties.AttributeDefinitions).toEqual([
      { AttributeName: partitionKey.name, AttributeType: partitionKey.type },
      {
        AttributeName: subjectIndex.partitionKey.name,
        AttributeType: subjectIndex.partitionKey.type,
      },
      { AttributeName: subjectIndex.sortKey.name, AttributeType: subjectIndex.sortKey.type },
    ]);
  });
});
