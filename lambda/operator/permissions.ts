import type { OperatorAction } from './operator-request.ts';

/** IAM actions that one operator action needs, by what they are granted on. */
export interface OperatorPermissions {
  readonly userPool: readonly `cognito-idp:${string}`[];
  readonly grantTable: readonly `dynamodb:${string}`[];
  /** On the index `grantTable.subjectIndex.name`. */
  readonly subjectIndex: readonly `dynamodb:${string}`[];
}

/** Exactly what each action calls; a test compares. Names only: the construct supplies the ARNs. */
export const operatorPermissions = {
  'revoke-grants': {
    userPool: ['cognito-idp:ListUsers', 'cognito-idp:AdminUserGlobalSignOut'],
    grantTable: ['dynamodb:GetItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'],
    subjectIndex: ['dynamodb:Query'],
  },
  'sign-out-user': {
    userPool: ['cognito-idp:ListUsers', 'cognito-idp:AdminUserGlobalSignOut'],
    grantTable: ['dynamodb:PutItem'],
    subjectIndex: [],
  },
  'disable-user': {
    userPool: [
      'cognito-idp:ListUsers',
      'cognito-idp:AdminDisableUser',
      'cognito-idp:AdminUserGlobalSignOut',
    ],
    grantTable: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
    subjectIndex: ['dynamodb:Query'],
  },
  'enable-user': {
    userPool: ['cognito-idp:ListUsers', 'cognito-idp:AdminEnableUser'],
    grantTable: [],
    subjectIndex: [],
  },
  'block-client': {
    userPool: [],
    grantTable: ['dynamodb:PutItem', 'dynamodb:Scan'],
    subjectIndex: [],
  },
  'unblock-client': { userPool: [], grantTable: ['dynamodb:DeleteItem'], subjectIndex: [] },
  'block-tenant': { userPool: [], grantTable: ['dynamodb:PutItem'], subjectIndex: [] },
  'unblock-tenant': { userPool: [], grantTable: ['dynamodb:DeleteItem'], subjectIndex: [] },
  'list-app-clients': {
    userPool: ['cognito-idp:ListUserPoolClients'],
    grantTable: [],
    subjectIndex: [],
  },
} as const satisfies Record<OperatorAction, OperatorPermissions>;
