import { createPublicKey, verify } from 'node:crypto';
import { Writable } from 'node:stream';
import { securityEvent } from '../oauth/security-event.ts';
import { createSecurityLog } from '../server/security-log.ts';
import { createVerifiedTokens } from '../server/verified-tokens.ts';
import { authenticatorsOf } from './authenticator.ts';
import { callWithoutSockets } from './call-without-sockets.ts';
import { ruleParts } from './rule-parts.ts';
import { cpuInLoop, eventContext, somebody } from './tight-loop.ts';
import { accessTokens, type Signer } from './tokens.ts';

/** Single steps of a call, see {@link file://./tight-loop.ts}. */

const verificationFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const tokens = accessTokens(signer, 64);
  const [jwk] = (JSON.parse(signer.jwks) as { keys: JsonWebKey[] }).keys;
  const key = createPublicKey({ key: jwk as never, format: 'jwk' });
  const parts = tokens.map((token) => token.split(/\.(?=[^.]*$)/) as [string, string]);
  const authenticatorWith = await authenticatorsOf(signer);
  const query = new URLSearchParams();
  const heads = tokens.map((token) => new Headers({ authorization: `Bearer ${token}` }));
  const authenticating = (places: number) => {
    const authenticate = authenticatorWith(createVerifiedTokens(places));
    return (index: number) =>
      authenticate({ headers: heads[index % 64] as Headers, duplicateAuthorization: false }, query);
  };
  return {
    'RS256 verification by OpenSSL alone (µs)': await cpuInLoop((index) => {
      const [input, signature] = parts[index % 64] as [string, string];
      return verify('sha256', Buffer.from(input), key, Buffer.from(signature, 'base64url'));
    }),
    'authentication, first-seen token (µs)': await cpuInLoop(authenticating(0)),
    'authentication, warm token (µs)': await cpuInLoop(authenticating(1000)),
  };
};

const eventFigures = async (): Promise<Record<string, number>> => {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const log = createSecurityLog(nowhere);
  const context = { ...eventContext, time: Date.now() };
  const event = () =>
    securityEvent('access.allowed', context, {
      principal: somebody,
      operation: 'tools/call',
      target: 'echo',
      status: 200,
    });
  const one = event();
  return {
    'JSON.stringify of an event (µs)': await cpuInLoop(() => JSON.stringify(one)),
    'building and recording an event (µs)': await cpuInLoop(() => log.record(event())),
  };
};

const callFigures = async (): Promise<Record<string, number>> => {
  const { cpu, retainedBytes } = await callWithoutSockets();
  return {
    'a call with a warm token, without sockets (µs)': cpu,
    'of it outlives the young generation (bytes)': retainedBytes,
  };
};

export const partFigures = async (signer: Signer): Promise<Record<string, number>> => ({
  ...(await verificationFigures(signer)),
  ...(await eventFigures()),
  ...(await ruleParts()),
  ...(await callFigures()),
});
