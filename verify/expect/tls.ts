import { get } from 'node:http';
import { type ConnectionOptions, connect, rootCertificates, type TLSSocket } from 'node:tls';
import type { Target } from '../target.ts';

/** Looks at the connection itself. */

const shake = <T>(
  { url, http }: Target,
  options: ConnectionOptions,
  look: (socket: TLSSocket) => T,
): Promise<T | undefined> =>
  new Promise((resolve) => {
    const { ca, timeoutMs } = http.limits;
    const socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 443),
      servername: /^[\d.:[\]]+$/.test(url.hostname) ? '' : url.hostname,
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      ...options,
    });
    const finish = (result: T | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => finish(undefined));
    socket.once('secureConnect', () => finish(look(socket)));
    socket.once('error', () => finish(undefined));
  });

/** The version that was agreed on, or nothing when none was. */
export const tlsVersionOf = (
  target: Target,
  range: Pick<ConnectionOptions, 'minVersion' | 'maxVersion'>,
): Promise<string | undefined> =>
  // Our own library would not even offer the old versions at its default security level.
  shake(
    target,
    { ...range, ciphers: 'DEFAULT@SECLEVEL=0' },
    (socket) => socket.getProtocol() ?? '',
  );

export const certificateDaysLeft = async (target: Target): Promise<number> => {
  const until = await shake(target, {}, (socket) => socket.getPeerCertificate().valid_to);
  return until === undefined ? 0 : Math.floor((Date.parse(until) - Date.now()) / 86_400_000);
};

/** What plain http on the standard port says, if anything: one request, without a token. */
export const plainAnswer = ({
  url,
  http,
}: Target): Promise<{ readonly status: number; readonly location?: string } | undefined> =>
  new Promise((resolve) => {
    const plain = get({
      host: url.hostname,
      port: 80,
      path: url.pathname,
      timeout: http.limits.timeoutMs,
    });
    plain.once('response', (incoming) => {
      const { location } = incoming.headers;
      resolve({ status: incoming.statusCode ?? 0, ...(location !== undefined && { location }) });
      incoming.destroy();
    });
    plain.once('timeout', () => plain.destroy());
    plain.once('error', () => resolve(undefined));
    plain.once('close', () => resolve(undefined));
  });
