import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';

/**
 * What can be decided about a compact JWS from its bytes alone, before any key is looked up.
 * One token must have one spelling, and nothing in its header may steer how it is verified.
 * No signature and no claim but `iss` is looked at here.
 */

/** Node answers 431 to header blocks over 16 KB; Cognito's largest tokens stay well below this. */
export const maxCompactTokenLength = 8192;

/** A compact JWS and what it says, none of it vouched for by anybody yet. */
export interface InspectedToken {
  readonly keyId: string;
  readonly issuer: string;
  readonly parts: CompactParts;
}

/** The three segments as they came, and the JSON objects that the first two hold. */
export interface CompactParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly segments: readonly [header: string, payload: string, signature: string];
}

// RFC 7515 §4.1: members that carry or locate a key, or change how the payload is read. Cognito
// never sends them; a token that does is trying to choose its own key (RFC 8725 §3.5, §3.10).
const forbiddenHeaderMembers = ['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'b64', 'zip', 'enc'];
const acceptedTypes = new Set(['JWT', 'at+jwt', 'application/at+jwt']);

const segmentSyntax = /^[A-Za-z0-9_-]+$/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 §3.5: unused bits of the last character must be zero, or one token has many spellings. */
const isCanonicalBase64url = (segment: string): boolean => {
  const remainder = segment.length % 4;
  if (remainder === 0) return true;
  if (remainder === 1) return false;
  const unusedBits = remainder === 2 ? 0b1111 : 0b11;
  return (alphabet.indexOf(segment.charAt(segment.length - 1)) & unusedBits) === 0;
};

/** Index after the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
};

const isEscaped = (text: string, index: number): boolean => {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
};

const isWhiteSpace = (text: string, index: number): boolean =>
  ' \t\n\r'.includes(text.charAt(index)) && index < text.length;

/** A string that a colon follows is a member's name: in JSON nothing else can be. */
const countNames = (text: string): number => {
  let names = 0;
  let start = text.indexOf('"');
  while (start !== -1) {
    let next = endOfString(text, start);
    while (isWhiteSpace(text, next)) next += 1;
    if (text[next] === ':') names += 1;
    start = text.indexOf('"', next);
  }
  return names;
};

const countMembers = (root: unknown): number => {
  let members = 0;
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    if (!Array.isArray(value)) members += children.length;
    rest.push(...children);
  }
  return members;
};

/** RFC 7515 §4, RFC 7519 §4: whoever reads the first of two members and whoever reads the last must agree. */
const repeatsMember = (text: string, value: unknown): boolean =>
  countNames(text) !== countMembers(value);

const outsideAscii = /[\x80-\xff]/;

/** UTF-8 (RFC 7519 §3.1). Nearly all tokens are ASCII, which is UTF-8 as it is. */
const textOf = (binary: string): string => {
  if (!outsideAscii.test(binary)) return binary;
  // A loop: Uint8Array.from with a function takes several times as long.
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  // A byte order mark is not JSON (RFC 8259 §8.1), and parsers differ on it.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
};

const decodeJsonObject = (segment: string): Record<string, unknown> | undefined => {
  try {
    const text = textOf(atob(segment.replaceAll('-', '+').replaceAll('_', '/')));
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && !repeatsMember(text, value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** What a protected header may say. Returns the key id. */
export const inspectHeader = (
  header: Readonly<Record<string, unknown>>,
  harmlessMembers: readonly string[] = [],
): Result<string, Rejection> => {
  // RFC 8725 §3.1: the algorithm is ours to choose. Covers `none` and HMAC/RSA confusion.
  if (header.alg !== 'RS256') return err({ reason: 'alg_not_allowed' });
  if ('crit' in header) return err({ reason: 'crit_unsupported' });
  const forbidden = forbiddenHeaderMembers.filter(
    (member) => member in header && !harmlessMembers.includes(member),
  );
  if (forbidden.length > 0)
    return err({ reason: 'header_not_allowed', evidence: { members: forbidden } });
  if ('typ' in header && !acceptedTypes.has(header.typ as string))
    return err({ reason: 'type_wrong' });
  if (typeof header.kid !== 'string' || header.kid === '' || header.kid.length > 256)
    return err({ reason: 'kid_missing' });
  return ok(header.kid);
};

/**
 * Takes a compact JWS apart (RFC 7515 §7.1). Guarantees three non-empty segments, each in its only
 * spelling, and a header that is a JSON object without repeated members.
 *
 * Does not look at what the header says, nor at the payload.
 */
export const splitCompact = (
  compact: string,
): Result<Pick<CompactParts, 'header' | 'segments'>, Rejection> => {
  if (compact.length > maxCompactTokenLength)
    return err({ reason: 'too_large', evidence: { length: compact.length } });
  const segments = compact.split('.', 4);
  const [protectedHeader, payload, signature] = segments;
  if (segments.length !== 3 || !protectedHeader || !payload) return err({ reason: 'malformed' });
  // RFC 7515 §A.5: no signature is what `alg: none` looks like, whatever the header says.
  if (!signature) return err({ reason: 'alg_not_allowed' });
  if (![protectedHeader, payload, signature].every((segment) => segmentSyntax.test(segment)))
    return err({ reason: 'malformed' });
  if (![protectedHeader, payload, signature].every(isCanonicalBase64url))
    return err({ reason: 'encoding_noncanonical' });
  const header = decodeJsonObject(protectedHeader);
  return header
    ? ok({ header, segments: [protectedHeader, payload, signature] })
    : err({ reason: 'malformed' });
};

/**
 * Accepts a compact JWS that is worth a signature check, and says which key it names and which
 * issuer it claims. The issuer is compared here, against the configured list, so that a token
 * never chooses whose keys verify it (RFC 8725 §3.8).
 *
 * Does not check the signature or any claim other than `iss`. Issuers in `thumbprintIssuers` may
 * send `x5t`, which is never looked at.
 */
export const inspectCompactToken = (
  compact: string,
  issuers: readonly string[],
  { thumbprintIssuers = [] }: { readonly thumbprintIssuers?: readonly string[] } = {},
): Result<InspectedToken, Rejection> => {
  const split = splitCompact(compact);
  if (!split.ok) return split;
  const { header, segments } = split.value;
  const claims = decodeJsonObject(segments[1]);
  if (!claims) return err({ reason: 'malformed' });
  // A thumbprint names a key that must be ours already; Entra ID repeats the key id in it.
  const isHarmless = typeof claims.iss === 'string' && thumbprintIssuers.includes(claims.iss);
  const keyId = inspectHeader(header, isHarmless ? ['x5t'] : []);
  if (!keyId.ok) return keyId;
  if (typeof claims.iss !== 'string' || !issuers.includes(claims.iss))
    return err({ reason: 'issuer_mismatch' });
  return ok({ keyId: keyId.value, issuer: claims.iss, parts: { header, claims, segments } });
};
