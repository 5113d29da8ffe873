import { type Answer, isRedirect, isWebPage } from '../http/answer.ts';

/** Authorization requests, and what an answer to one of them means. */

export type Parameters = Readonly<Record<string, string | undefined>>;

/** Adds parameters to an endpoint; `undefined` leaves one out. */
export const urlWith = (endpoint: string, parameters: Parameters): URL => {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.append(name, value);
  return url;
};

export type AuthorizationAnswer =
  /** Back to the client, with an error. */
  | { readonly kind: 'error'; readonly parameters: URLSearchParams }
  /** Back to the client, with a code. */
  | { readonly kind: 'code'; readonly parameters: URLSearchParams }
  /** An error page, here or one redirect away. */
  | { readonly kind: 'refused' }
  /** A page for a person, or a redirect to one. */
  | { readonly kind: 'proceeds'; readonly location?: URL };

const isTo = (location: URL, redirectUri: string): boolean =>
  location.href.split(/[?#]/, 1)[0] === new URL(redirectUri).href.split(/[?#]/, 1)[0];

const redirected = (location: URL, redirectUri: string): AuthorizationAnswer => {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const parameters = fragment.size > 0 ? fragment : location.searchParams;
  if (isTo(location, redirectUri))
    return { kind: parameters.has('error') ? 'error' : 'code', parameters };
  return parameters.has('error') ? { kind: 'refused' } : { kind: 'proceeds', location };
};

export const readAuthorizationAnswer = (
  answer: Answer,
  redirectUri: string,
): AuthorizationAnswer => {
  if (isRedirect(answer)) {
    const location = new URL(answer.headers.location as string, answer.url);
    return redirected(location, redirectUri);
  }
  return answer.status === 200 ? { kind: 'proceeds' } : { kind: 'refused' };
};

/** `303 back to the client with error=invalid_request`, for reports. */
export const authorizationBriefly = (answer: Answer, redirectUri: string): string => {
  const read = readAuthorizationAnswer(answer, redirectUri);
  switch (read.kind) {
    case 'error':
      return `${answer.status} back to the client with error=${read.parameters.get('error')}`;
    case 'code':
      return `${answer.status} back to the client without an error`;
    case 'refused':
      return `${answer.status}, an error that is not sent to the client`;
    case 'proceeds':
      return `${answer.status}, the sign-in goes on${isWebPage(answer) ? ' with a page' : ''}`;
  }
};
