import { Unmet } from '../check.ts';
import { type Answer, type JsonObject, jsonOf, stringIn, stringsIn } from '../http/answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Challenge } from './challenge.ts';

/** Finds the two metadata documents in the order in which clients look for them. */

export interface FoundDocument {
  readonly url: URL;
  readonly document: JsonObject;
  readonly answer: Answer;
}

export const resourceWellKnown = '/.well-known/oauth-protected-resource';
export const serverWellKnown = '/.well-known/oauth-authorization-server';
export const openidWellKnown = '/.well-known/openid-configuration';

/** As SDK clients send it, including the header that must not matter. */
export const getDocument = (http: HttpClient, url: URL): Promise<Answer> =>
  http.send({
    url,
    headers: { accept: 'application/json', 'mcp-protocol-version': '2025-11-25' },
  });

const pathOf = (url: URL): string => (url.pathname === '/' ? '' : url.pathname);

/** RFC 9728 §3.1: the path of the resource goes behind the well-known prefix. */
export const resourceMetadataAtPath = (target: URL): URL =>
  new URL(resourceWellKnown + pathOf(target), target.origin);

export const resourceMetadataAtRoot = (target: URL): URL =>
  new URL(resourceWellKnown, target.origin);

/** RFC 8414 §3.1, then OpenID Connect: MCP authorization, "Authorization Server Metadata Discovery". */
export const serverMetadataUrls = (issuer: URL): readonly URL[] => {
  const path = pathOf(issuer).replace(/\/$/, '');
  const at = (pathname: string) => new URL(pathname, issuer.origin);
  if (path === '') return [at(serverWellKnown), at(openidWellKnown)];
  return [at(serverWellKnown + path), at(openidWellKnown + path), at(path + openidWellKnown)];
};

const firstFound = async (
  http: HttpClient,
  urls: readonly URL[],
  isRight: (document: JsonObject) => boolean,
): Promise<FoundDocument | undefined> => {
  for (const url of urls) {
    const answer = await getDocument(http, url);
    const document = answer.status === 200 ? jsonOf(answer) : undefined;
    if (document && isRight(document)) return { url, document, answer };
  }
  return undefined;
};

const unique = (urls: readonly URL[]): readonly URL[] => [
  ...new Map(urls.map((url) => [url.href, url])).values(),
];

/** MCP authorization: the URL in the challenge, else the path form, else the root. */
export const findResourceMetadata = async (
  http: HttpClient,
  target: URL,
  challenge: Challenge | undefined,
): Promise<FoundDocument> => {
  const named = challenge?.parameters.resource_metadata;
  const urls = unique([
    ...(named !== undefined && URL.canParse(named) ? [new URL(named)] : []),
    resourceMetadataAtPath(target),
    resourceMetadataAtRoot(target),
  ]);
  const found = await firstFound(http, urls, (document) => 'resource' in document);
  if (!found) throw new Unmet('there is no protected-resource metadata');
  return found;
};

/** The issuer that clients expect: the first one listed, or the server itself where none is. */
export const expectedIssuer = (resourceMetadata: JsonObject | undefined, target: URL): string =>
  stringsIn(resourceMetadata, 'authorization_servers')[0] ?? target.origin;

export const findServerMetadata = async (
  http: HttpClient,
  issuer: string,
): Promise<FoundDocument> => {
  if (!URL.canParse(issuer)) throw new Unmet('the authorization server is not named by a URL');
  const urls = serverMetadataUrls(new URL(issuer));
  const isRight = (document: JsonObject) => stringIn(document, 'token_endpoint') !== undefined;
  const found = await firstFound(http, urls, isRight);
  if (!found) throw new Unmet('there is no authorization-server metadata');
  return found;
};
