/**
 * The columns of a security event in Parquet, as Hive types: every attribute of every class, so that
 * one table fits all. What OCSF leaves open (`unmapped`, the data of evidence) is JSON in a text.
 * A test reads real events by this table: an attribute that is missing here fails it.
 */

const struct = (members: Readonly<Record<string, string>>): string =>
  `struct<${Object.entries(members)
    .map(([name, type]) => `${name}:${type}`)
    .join(',')}>`;
const array = (type: string): string => `array<${type}>`;

const named = struct({ name: 'string', uid: 'string' });
const user = struct({
  uid: 'string',
  name: 'string',
  type_id: 'int',
  groups: array(named),
});
const session = struct({
  uid: 'string',
  uid_alt: 'string',
  issuer: 'string',
  expiration_time: 'bigint',
});
const actor = struct({ app_uid: 'string', app_name: 'string', user, session });
const endpoint = struct({ ip: 'string', name: 'string', uid: 'string' });
const api = struct({ operation: 'string' });

export const securityEventColumns: Readonly<Record<string, string>> = {
  activity_id: 'int',
  activity_name: 'string',
  category_uid: 'int',
  class_uid: 'int',
  class_name: 'string',
  type_uid: 'bigint',
  severity_id: 'int',
  time: 'bigint',
  status_id: 'int',
  status_code: 'string',
  action_id: 'int',
  disposition_id: 'int',
  auth_protocol_id: 'int',
  duration: 'bigint',
  is_alert: 'boolean',
  metadata: struct({
    version: 'string',
    product: struct({ name: 'string', feature: struct({ name: 'string' }) }),
    profiles: array('string'),
    event_code: 'string',
    correlation_uid: 'string',
    tenant_uid: 'string',
    sequence: 'bigint',
    is_truncated: 'boolean',
    untruncated_size: 'int',
  }),
  actor,
  user,
  service: named,
  app: struct({ name: 'string', uid: 'string', vendor_name: 'string' }),
  entity: struct({ type: 'string', uid: 'string', name: 'string' }),
  api,
  resources: array(struct({ type: 'string', name: 'string', uid: 'string' })),
  src_endpoint: endpoint,
  http_request: struct({
    uid: 'string',
    http_method: 'string',
    url: struct({ path: 'string' }),
    user_agent: 'string',
  }),
  http_response: struct({ code: 'int' }),
  finding_info: struct({
    uid: 'string',
    title: 'string',
    types: array('string'),
    analytic: struct({ name: 'string', uid: 'string', type_id: 'int' }),
    created_time: 'bigint',
    modified_time: 'bigint',
    first_seen_time: 'bigint',
    last_seen_time: 'bigint',
    related_events_count: 'int',
  }),
  evidences: array(struct({ src_endpoint: endpoint, user, actor, api, data: 'string' })),
  unmapped: 'string',
};
