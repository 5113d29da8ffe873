import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isClientIdMetadataUrl } from '../../../oauth/client-id-metadata-document.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import {
  type FetchedDocument,
  invalid,
  readDocumentResponse,
  unavailable,
} from './document-response.ts';
import { isPublicAddress } from './public-address.ts';

/** One GET of a URL that a stranger chose: everything here is against SSRF or against waiting. */

export const connectTimeoutMs = 2_000;
export const totalTimeoutMs = 5_000;

export type FetchDocument = (clientId: string) => Promise<Result<FetchedDocument, OAuthRefusal>>;

export interface DocumentFetchOptions {
  /**
   * All addresses of a host name.
   * @default - the name servers of this machine, but not its hosts file
   */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  /**
   * For tests: one address that counts as public, its port instead of 443, and its certificate
   * authority.
   * @default - public addresses only, port 443, the certificate authorities of Node.js
   */
  readonly dangerouslyAllowTestServer?: {
    readonly address: string;
    readonly port: number;
    readonly ca: string;
  };
}

type Exchange = (url: URL, deadline: AbortSignal) => Promise<Result<FetchedDocument, OAuthRefusal>>;

/** Not `dns.lookup`: a slow name server of a stranger would occupy the few threads of libuv. */
const resolveByNameServer = async (hostname: string): Promise<readonly string[]> => {
  const resolver = new Resolver({ timeout: connectTimeoutMs, tries: 1 });
  const families = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
  const answers = await Promise.allSettled(families);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
};

/**
 * Wall clock, from the name server to the last byte: a byte a second keeps every idle timer happy.
 * Raced, not only passed on as a signal: no state that a peer can bring a socket into may hold us.
 */
const withinTimeLimit = <T>(work: (deadline: AbortSignal) => Promise<T>): Promise<T> => {
  const deadline = AbortSignal.timeout(totalTimeoutMs);
  const elapsed = once(deadline, 'abort').then(() => {
    throw deadline.reason;
  });
  return Promise.race([work(deadline), elapsed]);
};

const requestHeaders = (hostname: string) => ({
  host: hostname,
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'cdk-secure-mcp',
});

/** Answers from the addresses that were checked; nothing is resolved a second time (DNS rebinding). */
const pinnedLookup =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const checked = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = checked;
    if (options.all || !first) callback(null, checked);
    else callback(null, first.address, first.family);
  };

const open = async (options: RequestOptions): Promise<IncomingMessage> => {
  const outgoing = request(options);
  outgoing.on('socket', (socket) => {
    const timer = setTimeout(
      () => outgoing.destroy(new Error('connect timeout')),
      connectTimeoutMs,
    );
    for (const event of ['secureConnect', 'close']) socket.once(event, () => clearTimeout(timer));
  });
  // Stays for as long as the socket lives: an error after the answer must not end the process.
  outgoing.on('error', () => {});
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  return response as IncomingMessage;
};

const causeOf = (fault: unknown): OAuthRefusal => {
  if (!(fault instanceof Error)) return unavailable('network');
  if (fault.name === 'TimeoutError' || fault.name === 'AbortError') return unavailable('timeout');
  const { code } = fault as NodeJS.ErrnoException;
  return unavailable('network', { detail: code ?? fault.message });
};

/**
 * Makes the function that reads a metadata document: https on port 443 of public addresses, resolved
 * once, no redirects, no cookies, no shared connection, 64 KiB of JSON in five seconds.
 *
 * Does not check what the document says, and never rejects. Does not hide our address from whoever
 * publishes it, and does not limit how often it is called.
 *
 * @see [Client ID Metadata Document §6](https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-6)
 */
export const createDocumentFetcher = (options: DocumentFetchOptions = {}): FetchDocument => {
  const { resolve = resolveByNameServer, dangerouslyAllowTestServer: testServer } = options;
  const isRefused = (address: string): boolean =>
    !isPublicAddress(address) && address !== testServer?.address;

  const checkedAddresses = async (
    hostname: string,
  ): Promise<Result<readonly string[], OAuthRefusal>> => {
    const addresses = await resolve(hostname);
    const refused = addresses.filter(isRefused);
    // One private answer refuses all: a mixed answer is how rebinding gets its second try.
    if (refused.length > 0) return err(unavailable('address not public', { refused }));
    if (addresses.length === 0) return err(unavailable('no address'));
    return ok(addresses);
  };

  const exchange: Exchange = async ({ hostname, pathname }, deadline) => {
    const addresses = await checkedAddresses(hostname);
    if (!addresses.ok) return addresses;
    const response = await open({
      host: hostname,
      servername: hostname,
      path: pathname,
      port: testServer?.port ?? 443,
      ca: testServer?.ca,
      lookup: pinnedLookup(addresses.value),
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not switch it off.
      rejectUnauthorized: true,
      agent: false,
      // Also when time ran out while resolving: then nothing is sent.
      signal: deadline,
      headers: requestHeaders(hostname),
    });
    return readDocumentResponse(response);
  };

  return async (clientId) => {
    if (!isClientIdMetadataUrl(clientId)) return err(invalid('client_id form'));
    const url = new URL(clientId);
    // Node.js connects to a literal without asking `lookup`, past the check of addresses.
    if (url.hostname.startsWith('[') || isIP(url.hostname))
      return err(invalid('host is an address'));
    try {
      return await withinTimeLimit((deadline) => exchange(url, deadline));
    } catch (fault) {
      return err(causeOf(fault));
    }
  };
};
