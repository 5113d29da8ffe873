import type { EventClass, EventKind } from './event-catalogue.ts';
import type { EventContext, EventDetails } from './event-details.ts';
import { printable } from './printable.ts';

/** OCSF class and activity of one event, where they follow from the request. */

/** An error while a request was served belongs to that request, with everything known about it. */
export const eventClassOf = (
  kind: EventKind,
  { httpMethod }: EventContext,
  { status }: EventDetails,
): EventClass => {
  const isOfRequest = httpMethod !== undefined || status !== undefined;
  return kind.class === 'applicationError' && isOfRequest ? 'httpActivity' : kind.class;
};

// OCSF 4002 activity_id.
const methodActivities: Readonly<Record<string, number>> = {
  CONNECT: 1,
  DELETE: 2,
  GET: 3,
  HEAD: 4,
  OPTIONS: 5,
  POST: 6,
  PUT: 7,
  TRACE: 8,
  PATCH: 9,
};

/** Whether OCSF knows an HTTP method: others may not stand in `http_request.http_method`. */
export const isKnownMethod = (method: string): boolean => Object.hasOwn(methodActivities, method);

// MCP methods that change nothing: OCSF 6003 activity 2, Read. What a tool does is not known here.
const readOperations = /(?:\/list|\/read|^prompts\/get|^completion\/complete)$/;

interface Activity {
  readonly activity_id: number;
  /** OCSF wants a name of ours where the activity is 99, Other. */
  readonly activity_name?: string;
}

const other = (name: string): Activity => ({
  activity_id: 99,
  activity_name: printable(name, 64),
});

export const eventActivity = (
  eventClass: EventClass,
  kind: EventKind,
  { httpMethod = 'unknown' }: EventContext,
  { operation = 'unknown', activity }: EventDetails,
): Activity => {
  if (eventClass === 'apiActivity')
    return readOperations.test(operation) ? { activity_id: 2 } : other(operation);
  if (eventClass === 'httpActivity') {
    const ofMethod = isKnownMethod(httpMethod) ? methodActivities[httpMethod] : undefined;
    return ofMethod === undefined ? other(httpMethod) : { activity_id: ofMethod };
  }
  const ownActivity = eventClass === 'entityManagement' ? activity : undefined;
  return { activity_id: ownActivity ?? kind.activity ?? 0 };
};
