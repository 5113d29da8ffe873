import { isTenantId } from '../../oauth/tenant.ts';
import { type McpScope, scopeProblems } from '../authorization/oauth-scopes.ts';
import { verifierPattern } from '../pipeline/verifier.ts';
import {
  type Check,
  httpsUrl,
  isRecord,
  type ListShape,
  listOf,
  matching,
  oneOf,
  type Shape,
  text,
  whole,
  yesOrNo,
} from './checks.ts';
import type { StageConfiguration } from './stage-configuration.ts';

/** What each setting of a stage may be, taken by itself. */

const isScope = (value: unknown): value is McpScope =>
  isRecord(value) && typeof value.name === 'string' && typeof value.description === 'string';

const scopes: Check = (value) => {
  if (!Array.isArray(value) || !value.every(isScope))
    return 'a list of objects with name and description';
  const problems = scopeProblems(value);
  return problems.length > 0 ? `without these problems: ${problems.join('; ')}` : undefined;
};

const isListOfText = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');

/** An object of what the author chooses to lists of text. */
const listsByName =
  (allowed: string): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(isListOfText) ? undefined : allowed;

const texts = listOf((item) => item !== '', 'text');

const hostName = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;

const domain: Shape = {
  members: {
    name: matching(hostName, 'a host name in lower case'),
    hostedZoneId: matching(/^Z[A-Z0-9]{5,31}$/, 'the id of a hosted zone'),
    zoneName: matching(hostName, 'the name of a hosted zone'),
  },
  required: ['name', 'hostedZoneId', 'zoneName'],
};

const vpc: Shape = {
  members: {
    vpcId: matching(
      /^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/,
      'the id of a network such as vpc-0123456789abcdef0',
    ),
    availabilityZones: listOf((item) => /^[a-z0-9-]+$/.test(item), 'availability zone'),
    privateSubnetIds: listOf(
      (item) => /^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(item),
      'subnet id',
    ),
  },
  required: ['vpcId', 'availabilityZones', 'privateSubnetIds'],
};

const userPool: Shape = {
  members: {
    userPoolId: matching(/^[\w-]+_[0-9A-Za-z]+$/, 'the id of a user pool such as eu-west-1_Ab3'),
    domainUrl: httpsUrl,
  },
  required: ['userPoolId', 'domainUrl'],
};

const identityProviders: ListShape = {
  each: {
    members: {
      name: text,
      issuerUrl: httpsUrl,
      clientId: text,
      clientSecretName: text,
      metadataUrl: httpsUrl,
      tenant: text,
    },
    required: ['name'],
  },
};

const preRegisteredClients: ListShape = {
  each: {
    members: { clientId: text, clientName: text, redirectUris: texts },
    required: ['clientId', 'clientName', 'redirectUris'],
  },
};

const directClients: ListShape = {
  each: {
    members: { clientName: text, redirectUris: texts },
    required: ['clientName', 'redirectUris'],
  },
};

const issuers: ListShape = {
  each: {
    members: {
      product: oneOf('entra', 'auth0', 'okta', 'cognito'),
      issuerUrl: httpsUrl,
      clients: texts,
      machineClients: texts,
      audience: texts,
      scopes: listsByName('an object of scope name to list of scopes of this server'),
      tenant: text,
      tenantClaim: text,
      groupsClaim: text,
    },
    required: ['product', 'issuerUrl'],
  },
};

const callsPerMinute = whole(1, 10_000_000);

const rateLimits: Shape = {
  members: {
    perAddress: callsPerMinute,
    perPrincipal: callsPerMinute,
    perTenant: callsPerMinute,
    perClient: callsPerMinute,
  },
  required: [],
};

const members: Readonly<Record<keyof StageConfiguration, Check | Shape | ListShape>> = {
  region: matching(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-west-1'),
  account: matching(/^\d{12}$/, 'an account of 12 digits'),
  productName: matching(/^[^<>"]{1,64}$/, '1 to 64 characters without <, > and quotation marks'),
  domain,
  scopes,
  groupScopes: listsByName('an object of group name to list of scope names'),
  tenants: listOf(isTenantId, 'tenant id'),
  requiresTenant: yesOrNo,
  allowedOrigins: texts,
  authorization: oneOf('broker', 'direct', 'external'),
  clientDocuments: listOf((item) => item !== '', 'host or URL'),
  preRegisteredClients,
  directClients,
  issuers,
  identityProviders,
  userPool,
  mfa: oneOf('required', 'optional'),
  vpc,
  egress: oneOf('nat-gateway', 'nat-instance', 'isolated'),
  natGateways: whole(1, 2),
  sharedStore: oneOf('valkey'),
  rateLimits,
  deployment: oneOf('rolling', 'canary'),
  minTasks: whole(1, 100),
  maxTasks: whole(1, 1000),
  useSpot: yesOrNo,
  verifiedBy: matching(verifierPattern, 'the ARN of a role or repo:owner/name:environment:name'),
  testUser: yesOrNo,
  alarms: oneOf('full', 'essential', 'none'),
  alarmEmail: matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'a mail address'),
  isDisposable: yesOrNo,
};

export const stageShape: Shape = { members, required: ['region'] };
