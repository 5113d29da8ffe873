import type { ClientMetadata } from '../../../oauth/client-metadata.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import type { Result } from '../../../oauth/result.ts';

/** Finds the metadata document of a client whose `client_id` is a URL. */
export interface MetadataDocuments {
  /** Resolves to validated metadata or a refusal; never rejects. */
  get(clientId: string): Promise<Result<ClientMetadata, OAuthRefusal>>;
}
