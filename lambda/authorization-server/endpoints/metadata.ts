import { authorizationServerMetadata } from '../../../oauth/authorization-server-metadata.ts';
import type { Endpoint } from '../exchange.ts';
import { json } from '../respond.ts';
import { everydayScopes } from '../settings.ts';

/** RFC 8414. Constant for a deployment, so clients and the edge may keep it for five minutes. */
export const metadata: Endpoint = async ({ settings }) =>
  json(
    200,
    authorizationServerMetadata({
      issuer: settings.issuer,
      everydayScopes: everydayScopes(settings),
      allowsDynamicRegistration: settings.dynamicRegistration.isEnabled,
      allowsMetadataDocuments: settings.metadataDocuments.isEnabled,
      allowsMachineClients: settings.machineClients.length > 0,
    }),
    { 'Cache-Control': 'public, max-age=300', Pragma: 'public' },
  );
