/**
 * The table as data: what the construct creates, what tests create in a local DynamoDB, and what the
 * code relies on. Attributes: docs/storage-schema.md. Changing a key or the index means a new table.
 *
 * On-demand; no sort key; no streams. Needs neither transactions nor TTL to be correct: TTL only
 * removes what the code already treats as absent.
 */
export const grantTable = {
  partitionKey: { name: 'pk', type: 'S' },
  timeToLiveAttribute: 'ttl',
  /** Holds grants only: authorization codes have no `createdAt`. Keys only: no token is stored twice. */
  subjectIndex: {
    name: 'by-subject',
    partitionKey: { name: 'subject', type: 'S' },
    sortKey: { name: 'createdAt', type: 'N' },
    projection: 'KEYS_ONLY',
  },
} as const;

/** IAM actions that the authorization server needs, on the table and on its index. */
export const grantStorePermissions = {
  table: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  subjectIndex: ['dynamodb:Query'],
} as const;
