import { isIP } from 'node:net';
import type { HeaderFields } from './incoming-call.ts';

/**
 * The address of the client, as far as it is known. A header counts only when the deployment names
 * it, which it does where nobody but its own edge can reach the server; never `X-Forwarded-For`,
 * whose left end the client writes.
 */
export const clientAddressOf = (
  headers: HeaderFields,
  connectionAddress: string | undefined,
  trustedHeader: string | undefined,
): string | undefined => {
  const value = trustedHeader && headers.get(trustedHeader);
  if (!value) return connectionAddress;
  if (isIP(value)) return value;
  // CloudFront-Viewer-Address is `address:port`, for IPv6 without brackets.
  const address = value.slice(0, value.lastIndexOf(':'));
  return isIP(address) ? address : connectionAddress;
};
