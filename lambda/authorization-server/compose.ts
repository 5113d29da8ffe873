import { randomBytes } from 'node:crypto';
import type { LogPrivacy, SecurityLog } from '../../oauth/security-event.ts';
import { brokerPaths } from '../../oauth/well-known.ts';
import { type AuthorizationServer, createAuthorizationServer } from './authorization-server.ts';
import { createClientRegistry } from './client-registry.ts';
import type { MetadataDocuments } from './clients/metadata-document.ts';
import { createDynamicClients } from './dynamic-clients.ts';
import { createRevocations } from './revocations.ts';
import { createSeal } from './seal.ts';
import type { AuthorizationServerSettings } from './settings.ts';
import type { GrantStore } from './store/grant-store.ts';
import { createUpstream } from './upstream.ts';

/** What differs between AWS, local mode and tests. */
export interface AuthorizationServerEnvironment {
  readonly store: GrantStore;
  readonly documents: MetadataDocuments;
  readonly securityLog: SecurityLog;
  /** @default - identifiers are left out of the log */
  readonly privacy?: LogPrivacy;
  /** Milliseconds since the epoch. @default - the system clock */
  readonly now?: () => number;
  /** 256 random bits, base64url. @default - node:crypto */
  readonly randomToken?: () => string;
}

/** Puts the authorization server together. The same function for AWS, local mode and tests. */
export const composeAuthorizationServer = (
  settings: AuthorizationServerSettings,
  environment: AuthorizationServerEnvironment,
): AuthorizationServer => {
  const { store, documents, securityLog, privacy } = environment;
  const now = environment.now ?? Date.now;
  const randomToken = environment.randomToken ?? (() => randomBytes(32).toString('base64url'));
  const seal = createSeal(settings.sealingKeys, now);
  const dynamicClients = createDynamicClients({
    seal,
    sealingKeys: settings.sealingKeys,
    lifetimeSeconds: settings.dynamicRegistration.lifetimeSeconds,
    now,
  });
  const revocations = createRevocations(store, now);
  const clients = createClientRegistry(settings, dynamicClients, documents, revocations);
  const upstream = createUpstream(settings.upstream, settings.issuer + brokerPaths.callback);
  return createAuthorizationServer(
    {
      settings,
      store,
      seal,
      upstream,
      clients,
      revocations,
      securityLog,
      privacy,
      now,
      randomToken,
    },
    dynamicClients,
  );
};
