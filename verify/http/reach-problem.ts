/** Why an answer could not be had, as a sentence for a person. */

export type ReachProblemKind =
  | 'name'
  | 'refused'
  | 'network'
  | 'tls'
  | 'timeout'
  | 'too_large'
  | 'not_http'
  | 'budget'
  | 'not_allowed';

export class ReachProblem extends Error {
  static readonly code = 'ERR_REACH';
  readonly kind: ReachProblemKind;

  constructor(kind: ReachProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

const tlsSentences: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'presents a self-signed certificate, which no client accepts (use --ca FILE for a private authority)',
  SELF_SIGNED_CERT_IN_CHAIN:
    'presents a certificate of a private authority, which no client accepts (use --ca FILE to trust it here)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'presents a certificate whose chain is incomplete or of an unknown authority',
  CERT_HAS_EXPIRED: 'presents a certificate that has expired',
  CERT_NOT_YET_VALID: 'presents a certificate that is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'presents a certificate for another host name',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'presents a certificate of an unknown authority',
};

const networkSentences: Readonly<Record<string, readonly [ReachProblemKind, string]>> = {
  ENOTFOUND: ['name', 'has no address: the name does not resolve'],
  EAI_AGAIN: ['name', 'could not be looked up: the name service does not answer'],
  ECONNREFUSED: ['refused', 'refuses connections: nothing listens there'],
  ECONNRESET: ['network', 'closed the connection in the middle of an exchange'],
  EPIPE: ['network', 'closed the connection in the middle of an exchange'],
  ETIMEDOUT: ['timeout', 'did not accept a connection in time'],
  EHOSTUNREACH: ['network', 'cannot be reached from here: no route'],
  ENETUNREACH: ['network', 'cannot be reached from here: no network'],
};

interface CodedError {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly CodedError[];
}

const codeOf = (error: CodedError): string => error.code ?? error.errors?.[0]?.code ?? '';

/** Puts whatever the network threw into one sentence. `host` is named in it, nothing else. */
export const reachProblemOf = (error: unknown, host: string): ReachProblem => {
  if (error instanceof ReachProblem) return error;
  const code = codeOf(error as CodedError);
  const tls = tlsSentences[code];
  if (tls) return new ReachProblem('tls', `${host} ${tls}`);
  const network = networkSentences[code];
  if (network) return new ReachProblem(network[0], `${host} ${network[1]}`);
  if (code.startsWith('HPE_')) return new ReachProblem('not_http', `${host} does not speak HTTP`);
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return new ReachProblem('tls', `${host} does not complete a TLS handshake (${code})`);
  return new ReachProblem('network', `${host} could not be asked (${code || 'unknown fault'})`);
};
