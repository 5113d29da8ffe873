import type { PreregisteredClient } from '../../lambda/authorization-server/settings.ts';
import type { ClientDocument } from './client-documents.ts';

/** One way in which one product connects: everything a server gets to see of it. */

export type Revision = '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28';

export type ClientRegistration =
  | { readonly kind: 'document'; readonly document: ClientDocument }
  | { readonly kind: 'dynamic'; readonly body: DynamicRegistration }
  | {
      readonly kind: 'preregistered';
      readonly client: PreregisteredClient;
      readonly clientSecret?: string;
    };

export type DynamicRegistration = Readonly<Record<string, unknown>> & {
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
};

/** Where a client finds what to ask for. */
export type ScopeSource = 'challenge' | 'protected resource' | 'authorization server' | 'omitted';

export interface McpClient {
  readonly product: string;
  readonly registration: ClientRegistration;
  /** What it really sends, port included. */
  readonly redirectUri: string;
  readonly state: string;
  readonly scopeSource: ScopeSource;
  readonly sendsResource: boolean;
  readonly revisions: readonly Revision[];
  /** Set for clients that run in a browser: then every request is subject to CORS. */
  readonly browserOrigin?: string;
  /** What is special about this row. */
  readonly note?: string;
}

export const clientName = ({ registration }: McpClient): string => {
  switch (registration.kind) {
    case 'document':
      return String(registration.document.client_name);
    case 'dynamic':
      return registration.body.client_name;
    case 'preregistered':
      return registration.client.clientName;
  }
};

export const registrationName = ({ registration }: McpClient): string => {
  switch (registration.kind) {
    case 'document':
      return 'metadata document';
    case 'dynamic':
      return 'dynamic';
    case 'preregistered':
      return registration.client.tokenEndpointAuthMethod === 'none'
        ? 'pre-registered'
        : `pre-registered, ${registration.client.tokenEndpointAuthMethod}`;
  }
};

/** Unique and readable: the name of a row in tests and in the document. */
export const rowName = (client: McpClient): string =>
  [client.product, registrationName(client), client.redirectUri, client.note]
    .filter((part) => part !== undefined)
    .join(' · ');
