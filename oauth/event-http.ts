import { isKnownMethod } from './event-activity.ts';
import type { EventClass } from './event-catalogue.ts';
import type { EventContext } from './event-details.ts';
import { printable } from './printable.ts';

/** Where a request came from and what it was, in OCSF's attributes. */

const addressSyntax = /^[0-9a-fA-F:.]{2,45}$/;
const mappedPrefix = /^::ffff:(?=\d+\.)/i;

/** OCSF wants a source of these classes; a name stands in where the address is unknown. */
const needsSource = (eventClass: EventClass): boolean =>
  eventClass === 'apiActivity' || eventClass === 'httpActivity';

export const sourceEndpointOf = (
  eventClass: EventClass,
  { clientAddress, privacy }: EventContext,
): { readonly ip: string } | { readonly name: string } | undefined => {
  const address = clientAddress?.startsWith('::')
    ? clientAddress.replace(mappedPrefix, '')
    : clientAddress;
  if (address !== undefined && addressSyntax.test(address))
    return { ip: privacy ? privacy.address(address) : address };
  return needsSource(eventClass) ? { name: 'unknown' } : undefined;
};

export const httpRequestOf = ({
  httpMethod = '',
  path,
  userAgent,
  edgeRequestId,
}: EventContext): object => {
  const request: Record<string, unknown> = {};
  if (edgeRequestId !== undefined) request.uid = edgeRequestId;
  if (isKnownMethod(httpMethod)) request.http_method = httpMethod;
  request.url = { path: printable(path || '/', 256) };
  if (userAgent) request.user_agent = printable(userAgent);
  return request;
};
