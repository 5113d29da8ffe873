import type { ServerConfig } from '../../server/config.ts';
import { clientId, issuer, jwksUri, resourceIdentifier, scopes } from '../tokens.ts';
import { moreClients, port, sharedStore } from './settings.ts';

// Counted like any other, but never reached: a refusal would be measured instead of a call.
const never = { calls: 1_000_000_000, seconds: 60 };

/** Everything on: tenancy required, every limit counted, the address taken from the edge. */
export const serverConfig: ServerConfig = {
  resourceIdentifier,
  authorizationServer: 'https://mcp.example.com',
  tokenIssuers: [{ issuer, jwksUri }],
  userClients: [clientId, ...moreClients],
  machineClients: [],
  tenancy: 'required',
  allowedHosts: ['mcp.example.com'],
  allowedOrigins: [],
  everydayScopes: scopes,
  toolScopes: {},
  clientAddressHeader: 'cloudfront-viewer-address',
  rateLimits: {
    address: never,
    principal: never,
    tenant: never,
    client: never,
    tools: { echo: never },
    concurrentCalls: 20_000,
    concurrentCallsOfPrincipal: 20_000,
  },
  host: '127.0.0.1',
  port,
  maxBodyBytes: 4 * 1024 * 1024,
  resourceName: 'bench',
  logPseudonymKey: 'a key of the benchmark, as long as real ones',
  version: '1.0.0',
  ...(sharedStore !== undefined && { sharedStore }),
};
