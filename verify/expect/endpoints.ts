import type { JsonObject } from '../http/answer.ts';

/** Every member of a metadata document that is a URL to talk to. */
export const endpointsIn = (document: JsonObject): readonly (readonly [string, string])[] =>
  Object.entries(document).filter(
    (entry): entry is [string, string] =>
      /(_endpoint|^jwks_uri)$/.test(entry[0]) && typeof entry[1] === 'string',
  );
