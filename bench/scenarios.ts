import { eventStreamGroup } from './event-streams.ts';
import type { Scenario } from './measure.ts';
import { callOf, echoedText, listTools, message, rawCalls, rawRequest } from './requests.ts';
import { taxGroup } from './security-tax.ts';
import { accessToken, accessTokens, forged, type Signer } from './tokens.ts';

/** What is compared. A group is one run of {@link file://./measure.ts}, so its rows can be divided. */

export const xv = 'SDK v2 + Express + aws-jwt-verify (XV)';
export const floor = 'floor: echo + verify';
export const warm = 'ours, everything on, warm token';
export const firstSeen = 'ours, first-seen token';
export const withoutEvent = 'ours, no event';
export const v1 = 'SDK v1 + Express + aws-jwt-verify, 2025-11-25';
export const fastmcp = 'fastmcp + aws-jwt-verify, 2025-11-25';
export const legacy = 'ours, 2025-11-25';
export const guarded = 'the guard in front of it';
export const guardedApart = 'the guard in front of an echo on another core';

type Environment = Readonly<Record<string, string>>;

/** What `server/Dockerfile` starts the server with; the others run as Node comes. */
export const imageOptions = ['--min-semi-space-size=4', '--max-semi-space-size=4'];

const isOurs = ({ server }: Scenario): boolean => ['ours', 'guard', 'insecure'].includes(server);

const asShipped = (scenario: Scenario): Scenario =>
  isOurs(scenario) ? { nodeOptions: imageOptions, ...scenario } : scenario;

type Group = (signer: Signer) => readonly Scenario[];

/** Enough people that nobody is always the same, few enough that everybody is warm. */
const people = 64;
// With fewer places than people in turn, every token is new to the cache.
const alwaysNew: Environment = { BENCH_TOKEN_CACHE: '32' };
const verifying: Environment = { BENCH_VERIFY: '1' };
const ofFirstSeen = { name: firstSeen, server: 'ours', environment: alwaysNew };
const silent: Environment = { BENCH_EVENTS: 'off' };

const callGroup: Group = (signer): readonly Scenario[] => {
  const tokens = accessTokens(signer, people);
  const modern = { requests: rawCalls(tokens), holds: echoedText };
  const older = { requests: rawCalls(tokens, '2025-11-25'), holds: echoedText };
  return [
    { name: 'floor: echo', server: 'floor', ...modern },
    { name: floor, server: 'floor', environment: verifying, ...modern },
    { name: xv, server: 'sdk-v2-express', ...modern },
    {
      name: 'XV, with the options of Node that ours is shipped with',
      server: 'sdk-v2-express',
      nodeOptions: imageOptions,
      ...modern,
    },
    { name: warm, server: 'ours', ...modern },
    { ...ofFirstSeen, ...modern },
    { name: withoutEvent, server: 'ours', environment: silent, ...modern },
    { name: v1, server: 'sdk-v1-express', ...older },
    { name: fastmcp, server: 'fastmcp', ...older },
    { name: `${xv}, 2025-11-25`, server: 'sdk-v2-express', ...older },
    { name: legacy, server: 'ours', ...older },
  ];
};

const toolGroup: Group = (signer) => {
  const tokens = accessTokens(signer, people);
  const lists = tokens.map((token) => rawRequest(listTools(), token));
  return [1, 20, 200].flatMap((count) => {
    const environment = { BENCH_TOOLS: String(count) };
    const servers = [
      ['XV', 'sdk-v2-express'],
      ['ours', 'ours'],
    ] as const;
    return servers.flatMap(([label, server]) => [
      {
        name: `${label}, tools/call, ${count} tools`,
        server,
        environment,
        requests: rawCalls(tokens),
        holds: echoedText,
      },
      { name: `${label}, tools/list, ${count} tools`, server, environment, requests: lists },
    ]);
  });
};

const refusalGroup: Group = (signer) => {
  const call = callOf('echo');
  const past = Math.floor(Date.now() / 1000) - 7200;
  const refused = (name: string, tokens: readonly (string | undefined)[], status = 401) => ({
    name: `ours, refused: ${name}`,
    server: 'ours',
    status,
    requests: tokens.map((token) => rawRequest(call, token)),
  });
  const tokens = accessTokens(signer, people);
  const ofAnotherTenant = accessTokens(signer, people, { tenant_id: 'globex' });
  const withoutScope = accessTokens(signer, people, {
    scope: 'openid https://mcp.example.com/mcp/mcp:tools:read',
  });
  return [
    {
      name: floor,
      server: 'floor',
      environment: verifying,
      requests: rawCalls(tokens),
    },
    { name: warm, server: 'ours', requests: rawCalls(tokens), holds: echoedText },
    refused('no token', [undefined]),
    refused('garbage', ['garbage']),
    { ...ofFirstSeen, requests: rawCalls(tokens), holds: echoedText },
    // More than the server remembers.
    refused(
      'signature forged',
      tokens.flatMap((token) => Array.from({ length: 20 }, (_, number) => forged(token, number))),
    ),
    refused(
      'signature forged, sent before',
      tokens.map((token) => forged(token)),
    ),
    refused(
      'expired',
      Array.from({ length: people }, () => accessToken(signer, { iat: past - 60, exp: past })),
    ),
    refused('scope missing', withoutScope, 403),
    refused('another tenant', ofAnotherTenant, 403),
    {
      name: 'SDK v2 + Express, refused: signature forged',
      server: 'sdk-v2-express',
      status: 401,
      requests: tokens.map((token) => rawRequest(call, forged(token))),
    },
  ];
};

const padded = (bytes: number): string => {
  const { body, headers } = message(
    'tools/call',
    { name: 'echo', arguments: { tenant: 'acme', text: 'x'.repeat(bytes) } },
    '2026-07-28',
  );
  return rawRequest({ body, headers });
};

/** New connections, as strangers come; nobody of them has a token. */
const strangerGroup: Group = () =>
  [
    ['a bare 401', 'bare-refusal'],
    ['ours', 'ours'],
    ['SDK v2 + Express', 'sdk-v2-express'],
    ['fastmcp', 'fastmcp'],
  ].flatMap(([label, server]) =>
    [
      ['300 B', 100],
      ['3.9 MB', 3_900_000],
    ].map(([size, bytes]) => ({
      name: `${label}, no token, ${size}`,
      server: server as string,
      // Express limits bodies to 100 KB and says so before it asks who is there.
      status: server === 'sdk-v2-express' && bytes !== 100 ? 413 : 401,
      requests: [padded(bytes as number)],
      connections: 4,
      isFresh: true,
    })),
  );

const connectionGroup: Group = (signer) => {
  const tokens = accessTokens(signer, people);
  return [1, 16, 128].flatMap((connections) =>
    [
      ['floor', 'floor', verifying],
      ['XV', 'sdk-v2-express', {}],
      ['ours', 'ours', {}],
    ].map(([label, server, environment]) => ({
      name: `${label}, ${connections} connections`,
      server: server as string,
      environment: environment as Environment,
      requests: rawCalls(tokens),
      holds: echoedText,
      connections,
    })),
  );
};

/** The upstream alone, and what the guard's own process adds to it. */
const guardGroup: Group = (signer) => {
  const tokens = accessTokens(signer, people);
  const call = { requests: rawCalls(tokens), holds: echoedText };
  return [
    { name: floor, server: 'floor', environment: verifying, ...call },
    { name: 'the upstream, called directly', server: 'upstream', ...call },
    { name: guarded, server: 'guard', ...call },
    {
      name: guardedApart,
      server: 'guard',
      environment: { BENCH_UPSTREAM: 'floor' },
      ...call,
    },
  ];
};

const shipped =
  (group: Group): Group =>
  (signer) =>
    group(signer).map(asShipped);

export const groups: Readonly<Record<string, Group>> = {
  calls: shipped(callGroup),
  tools: shipped(toolGroup),
  refusals: shipped(refusalGroup),
  strangers: shipped(strangerGroup),
  connections: shipped(connectionGroup),
  guard: shipped(guardGroup),
  tax: shipped(taxGroup),
  sse: shipped(eventStreamGroup),
};
