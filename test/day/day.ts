import { decodeJwt } from 'jose';
import { vi } from 'vitest';
import type { SecurityEvent } from '../../oauth/security-event.ts';
import { resigned } from '../support/compact-jwt.ts';
import {
  aLocalDeployment,
  eventCode,
  type LocalDeployment,
  type LocalDeploymentOptions,
} from '../support/local-deployment.ts';
import {
  logIn,
  postForm,
  redeem,
  registerClient,
  type TokenAnswer,
} from '../support/oauth-by-hand.ts';
import { aPost, modernRequest } from '../support/resource-server.ts';
import { dayApplication } from './day-application.ts';

/**
 * Local mode with a clock that is set forward between the scenes, and people who come from the
 * addresses that the scene says. Every event is checked against OCSF as it is recorded.
 */

const addressHeader = 'x-day-address';
export const office = '203.0.113.7';

export interface Day {
  readonly local: LocalDeployment;
  /** Access tokens by user name. */
  readonly tokens: Record<string, string>;
  /** Answers what came back. */
  readonly call: (
    token: string | undefined,
    options?: { name?: string; id?: string; address?: string; method?: string },
  ) => Promise<string>;
  readonly register: (address?: string) => Promise<string>;
  /** Registers nobody: the client is one that is there. */
  readonly connect: (username: string, clientId: string) => Promise<{ refreshToken: string }>;
  /** Redeems a code that was never given out. */
  readonly guessCode: (clientId: string, address: string) => Promise<TokenAnswer>;
  /** What a scene leaves in the log, without the housekeeping of keys. */
  readonly scene: (work: () => Promise<unknown>) => Promise<readonly string[]>;
}

export const passes = (minutes: number): void => {
  vi.setSystemTime(Date.now() + minutes * 60_000);
};

export const times = (count: number, ...lines: readonly string[]): readonly string[] =>
  Array.from({ length: count }, () => lines).flat();

export const repeat = async (count: number, work: (index: number) => Promise<unknown>) => {
  for (let index = 0; index < count; index += 1) await work(index);
};

const activities = ['', 'create', 'update', 'close'];

export const isFinding = (text: string): boolean => text.startsWith('detection.');

/** The event's name with its reason; of a finding, what became of it. */
const line = (event: SecurityEvent): string => {
  const code = eventCode(event);
  const detail = isFinding(code) ? activities[event.activity_id as number] : event.status_code;
  return [code, detail].filter(Boolean).join(' ');
};

/** Findings of earlier scenes end in later ones. */
export const findings = (lines: readonly string[]) =>
  lines.filter((text) => isFinding(text) && !text.endsWith('close'));

export const login = [
  'authorization.started',
  'authorization.approved',
  'token.scoped',
  'authorization.completed',
  'token.issued',
];

const calling =
  ({ mcpUrl }: LocalDeployment): Day['call'] =>
  async (token, { name = 'search', id = '', address = office, method = 'tools/call' } = {}) => {
    const { body, headers } = modernRequest(method, { name, arguments: { id } });
    const from = { ...headers, [addressHeader]: address };
    return (await fetch(aPost(body, { url: mcpUrl, token, headers: from }))).text();
  };

export const aDay = async (options: LocalDeploymentOptions = {}): Promise<Day> => {
  const local = await aLocalDeployment({
    application: dayApplication(),
    serverEnvironment: { CLIENT_ADDRESS_HEADER: addressHeader },
    ...options,
  });
  const tokens: Record<string, string> = {};
  return {
    local,
    tokens,
    call: calling(local),
    register: async (address = office) => {
      const { client_id: clientId } = await registerClient(local, {}, { [addressHeader]: address });
      return clientId as string;
    },
    connect: async (username, clientId) => {
      const { status, body } = await redeem(local, await logIn(local, username, { clientId }));
      if (status !== 200) throw new Error(`the token endpoint answered ${status} ${body.error}`);
      const accessToken = String(body.access_token);
      // Bob reads only, by his group; today he may use tools as Alice may.
      tokens[username] =
        username === 'bob'
          ? await resigned(local, accessToken, { scope: decodeJwt(tokens.alice as string).scope })
          : accessToken;
      return { refreshToken: String(body.refresh_token) };
    },
    guessCode: (clientId, address) =>
      postForm(
        local,
        '/oauth/token',
        {
          grant_type: 'authorization_code',
          client_id: clientId,
          code: crypto.randomUUID(),
          redirect_uri: 'http://localhost:43117/callback',
          code_verifier: 'v'.repeat(43),
          resource: local.mcpUrl,
        },
        { [addressHeader]: address },
      ),
    scene: async (work) => {
      const start = local.events.length;
      await work();
      await new Promise((resolve) => setImmediate(resolve));
      return local.events
        .slice(start)
        .map(line)
        .filter((text) => !text.startsWith('keys.'));
    },
  };
};
