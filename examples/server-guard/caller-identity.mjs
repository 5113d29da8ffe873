import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * How a server behind the guard checks `Caller-Identity`, with nothing but a standard library. Any
 * JOSE library does steps 1 to 3; in another language the rest is as short as here.
 */

const parse = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Remembers what was used, for as long as it could be used again. */
export const createReplayMemory = (now = Date.now) => {
  const used = new Map();
  return (jti, exp) => {
    for (const [key, end] of used) if (end < now() / 1000) used.delete(key);
    if (used.has(jti)) return false;
    used.set(jti, exp);
    return true;
  };
};

/** The claims of the caller, or undefined: answer 401 then, which the guard turns into 502. */
export const checkCallerIdentity = (request, body, { secret, url, isFirstUse, now = Date.now }) => {
  try {
    const [header, claims, signature] = String(request.headers['caller-identity']).split('.');
    // 1. The algorithm is ours to choose, never the token's.
    if (parse(header).alg !== 'HS256') return undefined;
    // 2. The signature, in constant time.
    const expected = createHmac('sha256', secret).update(`${header}.${claims}`).digest();
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    // 3. Who signed, for whom, until when.
    const caller = parse(claims);
    const seconds = now() / 1000;
    if (caller.iss !== 'cdk-secure-mcp/guard' || caller.aud !== new URL(url).origin)
      return undefined;
    if (!(caller.exp > seconds) || caller.exp > seconds + 60) return undefined;
    // 4. For this very request.
    const digest = createHash('sha256').update(body).digest('base64url');
    if (caller.htm !== request.method || caller.htu !== url) return undefined;
    if (caller.body_sha256 !== digest) return undefined;
    // 5. For the first time.
    return isFirstUse(caller.jti, caller.exp) ? caller : undefined;
  } catch {
    return undefined;
  }
};
