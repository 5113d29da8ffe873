/**
 * What OCSF 1.8.0 says about the classes and attributes that we use, written down from reading the
 * schema. A subset on purpose: an attribute that is not in this table fails the tests until somebody
 * has looked it up. The whole schema is consulted where it is at hand, see `OCSF_SCHEMA`.
 *
 * Notation: a type, an `!` where the schema requires it, and `@profile` where only that profile
 * allows it. `[]` is a list; a list of numbers is an enumeration.
 */

export type Scalar = 'string' | 'integer' | 'long' | 'boolean' | 'timestamp' | 'ip' | 'json';
export interface AttributeRule {
  readonly type: Scalar | `object:${string}`;
  readonly isList?: boolean;
  readonly values?: readonly (number | string)[];
  readonly isRequired?: boolean;
  readonly profile?: string;
}

export interface ObjectRule {
  readonly attributes: Readonly<Record<string, AttributeRule>>;
  readonly atLeastOne?: readonly string[];
}

export interface ClassRule extends ObjectRule {
  readonly uid: number;
  readonly category: number;
  readonly profiles: readonly string[];
  /** Constraints of the classes it extends: whether they are inherited is left open, so all hold. */
  readonly alsoAtLeastOne?: readonly (readonly string[])[];
}

const string: AttributeRule = { type: 'string' };
const integer: AttributeRule = { type: 'integer' };
const timestamp: AttributeRule = { type: 'timestamp' };
const json: AttributeRule = { type: 'json' };
const object = (name: string): AttributeRule => ({ type: `object:${name}` });
const list = (rule: AttributeRule): AttributeRule => ({ ...rule, isList: true });
const oneOf = (...values: readonly (number | string)[]): AttributeRule => ({
  type: typeof values[0] === 'string' ? 'string' : 'integer',
  values,
});
const upTo = (last: number): AttributeRule =>
  oneOf(...Array.from({ length: last + 1 }, (_, value) => value), 99);
const required = (rule: AttributeRule): AttributeRule => ({ ...rule, isRequired: true });
const under = (profile: string, rule: AttributeRule): AttributeRule => ({ ...rule, profile });

const entity = ['name', 'uid'];

export const objects: Readonly<Record<string, ObjectRule>> = {
  metadata: {
    attributes: {
      version: required(string),
      product: required(object('product')),
      profiles: list(string),
      event_code: string,
      correlation_uid: string,
      tenant_uid: string,
      sequence: integer,
      is_truncated: { type: 'boolean' },
      untruncated_size: integer,
    },
  },
  product: {
    attributes: { name: string, uid: string, feature: object('feature') },
    atLeastOne: entity,
  },
  feature: { attributes: { name: string, uid: string }, atLeastOne: entity },
  service: { attributes: { name: string, uid: string }, atLeastOne: entity },
  user: {
    attributes: {
      uid: string,
      name: string,
      type_id: upTo(4),
      groups: list(object('group')),
    },
    atLeastOne: ['account', 'name', 'uid'],
  },
  group: { attributes: { name: string, uid: string }, atLeastOne: entity },
  session: {
    attributes: { uid: string, uid_alt: string, issuer: string, expiration_time: timestamp },
  },
  actor: {
    attributes: {
      app_uid: string,
      app_name: string,
      user: object('user'),
      session: object('session'),
    },
    atLeastOne: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'],
  },
  api: { attributes: { operation: required(string) } },
  resource_details: { attributes: { type: string, name: string, uid: string }, atLeastOne: entity },
  http_request: {
    attributes: {
      uid: string,
      http_method: oneOf(
        'CONNECT',
        'DELETE',
        'GET',
        'HEAD',
        'OPTIONS',
        'PATCH',
        'POST',
        'PUT',
        'TRACE',
      ),
      url: object('url'),
      user_agent: string,
    },
  },
  http_response: { attributes: { code: required(integer) } },
  url: { attributes: { path: string, url_string: string }, atLeastOne: ['url_string', 'path'] },
  network_endpoint: {
    attributes: { ip: { type: 'ip' }, name: string, uid: string },
    atLeastOne: [
      'ip',
      'uid',
      'name',
      'hostname',
      'instance_uid',
      'interface_uid',
      'interface_name',
    ],
  },
  managed_entity: {
    attributes: { type: string, uid: string, name: string },
    atLeastOne: ['name', 'uid', 'device', 'group', 'org', 'policy', 'user'],
  },
  finding_info: {
    attributes: {
      uid: required(string),
      title: string,
      analytic: object('analytic'),
      first_seen_time: timestamp,
      last_seen_time: timestamp,
      related_events_count: integer,
    },
  },
  analytic: {
    attributes: { uid: string, name: string, type_id: required(upTo(11)) },
    atLeastOne: entity,
  },
  evidences: {
    attributes: {
      src_endpoint: object('network_endpoint'),
      user: object('user'),
      actor: object('actor'),
      api: object('api'),
      data: json,
    },
    atLeastOne: ['actor', 'api', 'data', 'src_endpoint', 'url', 'user', 'resources', 'device'],
  },
};

const securityControl = {
  action_id: under('security_control', upTo(4)),
  disposition_id: under('security_control', upTo(27)),
} as const;

const everyEvent = {
  category_uid: required(integer),
  class_uid: required(integer),
  class_name: string,
  type_uid: required(integer),
  activity_name: string,
  severity_id: required(upTo(6)),
  time: required(timestamp),
  status_id: upTo(2),
  status_code: string,
  duration: { type: 'long' },
  metadata: required(object('metadata')),
  unmapped: json,
  ...securityControl,
} as const satisfies Record<string, AttributeRule>;

const httpAttributes = {
  http_request: object('http_request'),
  http_response: object('http_response'),
  src_endpoint: object('network_endpoint'),
} as const;

const everyClass = ['security_control', 'host', 'cloud', 'datetime', 'osint'];
const actorUnderHost = { actor: under('host', object('actor')) } as const;
const activity = (last: number) => ({ activity_id: required(upTo(last)) });

export const classes: readonly ClassRule[] = [
  {
    uid: 2004,
    category: 2,
    profiles: [...everyClass, 'incident'],
    attributes: {
      ...everyEvent,
      ...activity(3),
      // Of a finding it says how far the work on it is.
      status_id: upTo(6),
      finding_info: required(object('finding_info')),
      evidences: list(object('evidences')),
      is_alert: { type: 'boolean' },
    },
  },
  {
    uid: 3002,
    category: 3,
    profiles: everyClass,
    attributes: {
      ...everyEvent,
      ...activity(7),
      ...httpAttributes,
      actor: object('actor'),
      auth_protocol_id: upTo(12),
      user: required(object('user')),
      service: object('service'),
    },
    atLeastOne: ['service', 'dst_endpoint'],
  },
  {
    uid: 3004,
    category: 3,
    profiles: everyClass,
    attributes: {
      ...everyEvent,
      ...activity(13),
      ...httpAttributes,
      actor: object('actor'),
      entity: required(object('managed_entity')),
    },
  },
  {
    uid: 4002,
    category: 4,
    profiles: [...everyClass, 'trace', 'network_proxy', 'load_balancer'],
    attributes: { ...everyEvent, ...activity(9), ...httpAttributes, ...actorUnderHost },
    atLeastOne: ['http_request', 'http_response'],
    alsoAtLeastOne: [['dst_endpoint', 'src_endpoint']],
  },
  {
    uid: 6002,
    category: 6,
    profiles: everyClass,
    attributes: {
      ...everyEvent,
      ...activity(8),
      ...actorUnderHost,
      app: required(object('product')),
    },
  },
  {
    uid: 6003,
    category: 6,
    profiles: [...everyClass, 'trace', 'ai_operation'],
    attributes: {
      ...everyEvent,
      ...activity(4),
      ...httpAttributes,
      actor: required(object('actor')),
      api: required(object('api')),
      src_endpoint: required(object('network_endpoint')),
      resources: list(object('resource_details')),
    },
  },
  {
    uid: 6008,
    category: 6,
    profiles: everyClass,
    attributes: { ...everyEvent, ...activity(2), ...actorUnderHost },
  },
];
