import type { UnnumberedRule } from '../edge/web-acl-rules.ts';
import {
  allOf,
  anyOf,
  argumentHasLength,
  argumentIs,
  headerStartsWith,
  not,
  pathIs,
} from '../edge/web-acl-statements.ts';

/**
 * What Cognito leaves to its clients and MCP demands of them, made a demand by the firewall.
 *
 * Cannot check the token endpoint, whose body is a form; a code without `resource` was refused
 * before. That `/login` carries the arguments of the authorization request is documented; that no
 * other page starts a sign-in is not, so the list names every page that takes them.
 *
 * RFC 7636 §4.2, RFC 8707 §2, RFC 9700 §2.1.
 */

const signInPaths = ['/oauth2/authorize', '/authorize', '/login', '/signup'];

/** Base64url of SHA-256. */
const challengeLength = 43;

/** Sign-in by API, past the page where PKCE and `resource` can be demanded. */
const signInCalls = ['InitiateAuth', 'RespondToAuthChallenge', 'SignUp'].map(
  (operation) => `AWSCognitoIdentityProviderService.${operation}`,
);

/** @param resource the MCP URL, which may be an unresolved value */
export const signInRequestRules = (resource: string): readonly UnnumberedRule[] => [
  {
    name: 'SignInWithPkceForThisServer',
    action: { block: {} },
    statement: allOf(
      anyOf(signInPaths.map(pathIs)),
      not(
        allOf(
          argumentIs('response_type', 'code'),
          argumentIs('code_challenge_method', 'S256'),
          argumentHasLength('code_challenge', challengeLength),
          argumentIs('resource', resource),
        ),
      ),
    ),
  },
  {
    name: 'SignInByBrowser',
    action: { block: {} },
    statement: anyOf(signInCalls.map((call) => headerStartsWith('x-amz-target', call))),
  },
];
