import { describe, expect, it } from 'vitest';
import { rejectionReasons, wireError } from '../../oauth/rejection.ts';
import {
  type EventName,
  eventCatalogue,
  type SecurityEvent,
  securityEvent,
} from '../../oauth/security-event.ts';
import { findingVariants, fullContext, variantsOf } from '../support/event-variants.ts';
import { openCompiledSchema } from '../support/ocsf/compiled-schema.ts';
import { ocsfProblems } from '../support/ocsf/validate.ts';

const names = Object.keys(eventCatalogue) as EventName[];
const everyEvent = (): readonly SecurityEvent[] => [
  ...names.flatMap(variantsOf),
  ...rejectionReasons.map((reason) =>
    securityEvent('token.rejected', fullContext, { reason, severity: wireError(reason).severity }),
  ),
  ...findingVariants(),
];

describe('events are OCSF 1.8.0, because a lake or SIEM drops what is not', () => {
  it.each(names)('%s, in every variant', (name) => {
    for (const event of variantsOf(name))
      expect(ocsfProblems(event), JSON.stringify(event)).toEqual([]);
  });

  it('detection.<rule>, in every variant', () => {
    for (const event of findingVariants())
      expect(ocsfProblems(event), JSON.stringify(event)).toEqual([]);
  });

  const path = process.env.OCSF_SCHEMA;
  const title = path
    ? `also by the compiled schema ${path}`
    : 'SKIPPED: set OCSF_SCHEMA to a compiled schema to hold the events against all of it';
  it.skipIf(!path)(title, () => {
    const problemsIn = openCompiledSchema(path ?? '');
    for (const event of everyEvent()) expect(problemsIn(event), JSON.stringify(event)).toEqual([]);
    expect(problemsIn({ ...everyEvent()[0], user_name: 'x' })).not.toEqual([]);
  });
});

describe('the validator', () => {
  const event = JSON.parse(
    JSON.stringify(variantsOf('access.allowed').find(({ actor }) => actor !== undefined)),
  ) as Record<string, unknown>;

  it.each<[string, Record<string, unknown>]>([
    ['a member of ours at the root', { tool: 'add_note' }],
    ['a root attribute of another class', { user: { uid: 'x' } }],
    ['a missing required attribute', { api: undefined }],
    ['an empty object where one of several is required', { src_endpoint: {} }],
    ['a value outside the enumeration', { severity_id: 9 }],
    ['a text where a number belongs', { time: '2026' }],
    ['no address in an address', { src_endpoint: { ip: 'unknown' } }],
    ['an unknown member deep inside', { actor: { user: { uid: 'x', mail: 'y' } } }],
    ['a type that does not follow from its class', { type_uid: 1 }],
    [
      'another activity without its name',
      { activity_id: 99, type_uid: 600_399, activity_name: undefined },
    ],
    ['another category', { category_uid: 3 }],
    ['an unknown class', { class_uid: 3001 }],
    ['an empty list', { resources: [] }],
    ['no version', { metadata: { product: { name: 'x' }, version: '0' } }],
    [
      'an attribute without its profile',
      { metadata: { ...(event.metadata as object), profiles: [] } },
    ],
    [
      'a profile that the class does not have',
      { metadata: { ...(event.metadata as object), profiles: ['security_control', 'incident'] } },
    ],
  ])('finds %s', (_, change) => {
    expect(ocsfProblems(event)).toEqual([]);
    expect(ocsfProblems({ ...event, ...change })).not.toEqual([]);
  });
});
