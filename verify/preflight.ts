import { type Answer, isRedirect, isSuccess, isWebPage, jsonOf, mediaType } from './http/answer.ts';
import { type HttpClient, mayContact } from './http/http-client.ts';
import { titleOf } from './login/html-form.ts';
import { messagesIn } from './mcp/reply.ts';
import { getDocument, resourceMetadataAtPath, resourceMetadataAtRoot } from './oauth/discovery.ts';
import type { Target } from './target.ts';

/** Before anything is verified: is this a server that speaks MCP at all? */

const maxHops = 6;

/** Where a redirect ends, or that it does not. */
const followedRedirect = async (http: HttpClient, first: Answer, target: URL): Promise<string> => {
  const seen = new Set([first.url.href]);
  let answer = first;
  for (let hop = 0; hop < maxHops && isRedirect(answer); hop += 1) {
    const next = new URL(answer.headers.location as string, answer.url);
    if (seen.has(next.href)) return `${target.host} redirects in a circle`;
    if (!mayContact(next, target))
      return `${target.host} redirects to ${next.origin}, which is not asked`;
    seen.add(next.href);
    answer = await http.send({ url: next });
  }
  if (isRedirect(answer)) return `${target.host} redirects more than ${maxHops} times`;
  return `${target.host} redirects to ${answer.url.origin}${answer.url.pathname}; clients do not send a token there: verify that address`;
};

const hasResourceMetadata = async ({ http, url }: Target): Promise<boolean> => {
  for (const location of [resourceMetadataAtPath(url), resourceMetadataAtRoot(url)]) {
    const answer = await getDocument(http, location);
    if (isSuccess(answer) && jsonOf(answer)?.resource !== undefined) return true;
  }
  return false;
};

const whatItIs = (answer: Answer, host: string): string => {
  if (!isWebPage(answer))
    return `${host} does not look like an MCP server: it answers ${answer.status} ${mediaType(answer)}`.trim();
  const title = titleOf(answer.text);
  const named = title === '' ? 'a web page' : `a web page ("${title}")`;
  return `${host} answers ${answer.status} with ${named}: not an MCP server, or something in between such as a captive portal`;
};

/**
 * Why verification makes no sense here, as a sentence; undefined when it does.
 * @throws ReachProblem when the server cannot be reached
 */
export const whyNotVerifiable = async (target: Target): Promise<string | undefined> => {
  const answer = await target.unauthenticated();
  if (isRedirect(answer)) return followedRedirect(target.http, answer, target.url);
  const speaksMcp = messagesIn(answer).length > 0;
  if (speaksMcp || answer.headers['www-authenticate'] !== undefined) return undefined;
  if (await hasResourceMetadata(target)) return undefined;
  return whatItIs(answer, target.url.host);
};
