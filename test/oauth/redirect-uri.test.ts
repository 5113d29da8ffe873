import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLoopbackRedirect,
  matchesRedirectUri,
  maxRedirectUriLength,
  openRedirectPolicy,
  redirectDestination,
  validateRedirectUri,
} from '../../oauth/redirect-uri.ts';

const reasonFor = (uri: string, policy = openRedirectPolicy): string => {
  const result = validateRedirectUri(uri, policy);
  return result.ok ? 'ok' : result.error;
};

const malformed = 'redirect_uri_malformed';
const userinfo = 'redirect_uri_userinfo';
const plainHttp = 'redirect_uri_plain_http';
const fragment = 'redirect_uri_fragment';
const scheme = 'redirect_uri_scheme_refused';

const hostile: readonly (readonly [uri: string, reason: string, attack: string])[] = [
  ['https://claude.ai@evil.example/cb', userinfo, 'the part before @ is not the host'],
  ['https://claude.ai:pw@evil.example/cb', userinfo, 'a password hides the host as well'],
  ['https://@evil.example/cb', userinfo, 'an empty user name is still one'],
  ['http://localhost:5000@evil.example/cb', userinfo, 'the port belongs to a user name'],
  ['http://127.0.0.1%2f@evil.example/', userinfo, 'an encoded slash does not end the authority'],
  ['https://claude.ai%2f@evil.example/cb', userinfo, 'an encoded slash does not end the authority'],
  ['https:///user@evil.example/cb', userinfo, 'the parser skips the third slash'],
  ['com.example.app://@evil.example/cb', userinfo, 'schemes with dots have authorities too'],
  ['com.example.app://user@evil.example/cb', userinfo, 'schemes with dots have authorities too'],
  ['https://claude.ai\\@evil.example/cb', malformed, 'browsers read a backslash as a slash'],
  ['https:\\\\evil.example/cb', malformed, 'browsers read a backslash as a slash'],
  ['https://evil.example\\.claude.ai/cb', malformed, 'the backslash ends the host'],
  ['https://claude.ai%2f.evil.example/cb', malformed, 'an encoded slash in a host'],
  ['https://claude.ai%00.evil.example/cb', malformed, 'an encoded NUL in a host'],
  ['https:///evil.example/cb', malformed, 'the parser repairs the slashes'],
  ['https:evil.example/cb', malformed, 'the parser adds the slashes'],
  ['//evil.example/cb', malformed, 'it is relative'],
  ['/cb', malformed, 'it is relative'],
  ['', malformed, 'it is empty'],
  ['https://', malformed, 'it has no host'],
  ['HTTPS://CLAUDE.AI/cb', malformed, 'only the canonical case compares as a string'],
  ['https://Claude.ai/cb', malformed, 'only the canonical case compares as a string'],
  ['https://claude.ai:443/cb', malformed, 'a default port is a second spelling'],
  ['https://claude.ai/a/../cb', malformed, 'dot segments are a second spelling'],
  ['https://claude.ai/%2e%2e/cb', malformed, 'encoded dot segments are a second spelling'],
  ['https://claude.ai:0443/cb', malformed, 'a padded port is a second spelling'],
  ['https://claude.ai:65536/cb', malformed, 'there is no such port'],
  ['https://2130706433/cb', malformed, 'a decimal address is 127.0.0.1'],
  ['https://0x7f.1/cb', malformed, 'a hexadecimal address is 127.0.0.1'],
  ['https://сlaude.ai/cb', malformed, 'the first letter is Cyrillic'],
  ['https://claude。ai/cb', malformed, 'the ideographic full stop becomes a dot'],
  ['https://ｃlaude.ai/cb', malformed, 'full-width letters fold to ASCII'],
  ['https://claude.ai/\tcb', malformed, 'parsers drop tabs'],
  ['https://cla\nude.ai/cb', malformed, 'parsers drop newlines'],
  ['https://claude.ai/cb\r\nSet-Cookie: a=b', malformed, 'it would split the response'],
  [' https://claude.ai/cb', malformed, 'parsers trim spaces'],
  ['https://claude.ai/cb"onload="x', malformed, 'a quote leaves an attribute'],
  ['https://claude.ai/<script>', malformed, 'angle brackets open a tag'],
  ['https://claude.ai/cb#x', fragment, 'RFC 6749 §3.1.2 forbids fragments'],
  ['https://claude.ai/cb#', fragment, 'an empty fragment is one'],
  ['http://localhost:3000/cb#x', fragment, 'RFC 6749 §3.1.2 forbids fragments'],
  ['http://claude.ai/cb', plainHttp, 'the code would travel in the clear'],
  ['http://localhost.evil.example/cb', plainHttp, 'localhost is only a prefix'],
  ['http://localhost./cb', plainHttp, 'a trailing dot is resolved by the name server'],
  ['http://127.0.0.1.evil.example/cb', plainHttp, 'the address is only a prefix'],
  ['http://127.0.0.2/cb', plainHttp, 'RFC 8252 §8.3 names one address'],
  ['http://0.0.0.0/cb', plainHttp, 'it is every interface'],
  ['http://[::ffff:127.0.0.1]/cb', plainHttp, 'it is a mapped address'],
  ['http://169.254.169.254/latest', plainHttp, 'it is instance metadata'],
  ['http://LOCALHOST/cb', malformed, 'only the canonical case compares as a string'],
  ['http://127.1/cb', malformed, 'a short address is 127.0.0.1'],
  ['http:localhost/cb', malformed, 'the parser adds the slashes'],
  ['http://localhost:0/cb', malformed, 'port 0 is "any" when a client binds it'],
  ['http://localhost:65536/cb', malformed, 'there is no such port'],
  ['http://localhost:080/cb', malformed, 'a padded port may be read as octal'],
  ['http://localhost:/cb', malformed, 'an empty port is a second spelling'],
  ['http://localhost?x=1', malformed, 'a query without a path'],
  ['javascript:alert(1)', scheme, 'a browser runs it'],
  ['JavaScript://claude.ai/%0aalert(1)', scheme, 'a browser runs it in any case'],
  ['data:text/html,x', scheme, 'a browser renders it'],
  ['vbscript:x', scheme, 'a browser may run it'],
  ['file:///etc/passwd', scheme, 'it reads a file'],
  ['blob:https://claude.ai/x', scheme, 'it belongs to an origin'],
  ['about:blank', scheme, 'it is a page of the browser'],
  ['view-source:https://claude.ai/', scheme, 'it is a page of the browser'],
  ['intent://x/#Intent;end', fragment, 'it starts any Android app'],
  ['intent://x/', scheme, 'it starts any Android app'],
  ['ms-msdt:/id', scheme, 'it starts a program of Windows'],
  ['ms-officecmd:x', scheme, 'it starts a program of Windows'],
  ['urn:ietf:wg:oauth:2.0:oob', scheme, 'there is nobody to deliver a code to'],
  ['ssh://evil.example/', scheme, 'it is a registered scheme, nobody’s private one'],
  ['ws://localhost/', scheme, 'it is a registered scheme, nobody’s private one'],
  ['c:/windows/cb', scheme, 'it is a drive'],
];

describe('which redirect URIs may be registered', () => {
  it.each(hostile)('refuses %j as %s, because %s', (uri, reason) => {
    expect(reasonFor(uri)).toBe(reason);
  });

  it.each([
    'https://claude.ai/api/mcp/auth_callback',
    'https://chatgpt.com/connector/oauth/ijq0caHmR1iW',
    'https://example.com',
    'https://example.com:8443/cb?fixed=1',
    'https://xn--bcher-kva.example/cb',
    'http://localhost/callback',
    'http://localhost',
    'http://127.0.0.1:33418/',
    'http://[::1]:6276/oauth/callback',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'com.example.app:/oauth2redirect',
  ])('accepts %s, because a real client registers its like', (uri) => {
    expect(reasonFor(uri)).toBe('ok');
  });

  it('refuses one character more than the limit, because the URI travels in cookies', () => {
    const longest = 'https://example.com/'.padEnd(maxRedirectUriLength, 'a');
    expect(reasonFor(longest)).toBe('ok');
    expect(reasonFor(`${longest}a`)).toBe(malformed);
  });

  it('takes subdomains only from a starred host, because a suffix is not a subdomain', () => {
    const policy = { httpsHosts: ['claude.ai', '*.example.com'], allowLoopback: false };
    const refused = 'redirect_uri_host_refused';
    expect(reasonFor('https://claude.ai/cb', policy)).toBe('ok');
    expect(reasonFor('https://a.example.com/cb', policy)).toBe('ok');
    expect(reasonFor('https://example.com/cb', policy)).toBe(refused);
    expect(reasonFor('https://evilexample.com/cb', policy)).toBe(refused);
    expect(reasonFor('https://www.claude.ai/cb', policy)).toBe(refused);
    expect(reasonFor('https://claude.ai./cb', policy)).toBe(refused);
    expect(reasonFor('http://localhost/cb', policy)).toBe(refused);
  });

  it('takes only listed private-use schemes, because any program may claim one', () => {
    const policy = { allowLoopback: true, privateUseSchemes: ['cursor', 'javascript'] };
    expect(reasonFor('cursor://x/cb', policy)).toBe('ok');
    expect(reasonFor('other://x/cb', policy)).toBe(scheme);
    // A list narrows; it cannot bring back what a browser would execute.
    expect(reasonFor('javascript:alert(1)', policy)).toBe(scheme);
  });
});

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const path = fc.stringMatching(/^(\/[a-zA-Z0-9._~-]{1,8}){0,3}\/?$/);
const port = fc.integer({ min: 1, max: 65_535 });
const loopbackHost = fc.constantFrom('localhost', '127.0.0.1', '[::1]');

const httpsUri = fc.tuple(label, path).map(([host, rest]) => `https://${host}.example${rest}`);
const loopbackUri = fc
  .tuple(loopbackHost, fc.option(port), path)
  .map(([host, number, rest]) => `http://${host}${number === null ? '' : `:${number}`}${rest}`);
const privateUseUri = fc.tuple(label, path).map(([host, rest]) => `cursor://${host}${rest}`);

const registeredUris = fc
  .array(fc.oneof(httpsUri, loopbackUri, privateUseUri), { minLength: 1, maxLength: 6 })
  .map((uris) => uris.filter((uri) => validateRedirectUri(uri, openRedirectPolicy).ok))
  .filter((uris) => uris.length > 0);

const splice = fc.constantFrom(
  ...[
    '@evil.example',
    '.evil.example',
    ':80',
    ':0',
    '\\',
    '/',
    '//',
    '%2f',
    '?',
    '#',
    '\t',
    ' ',
    '..',
  ],
  ...['a', 'A', '%00', 'http://', 'localhost', ':5000@evil.example', '。', '[', ']', '&', ';', ':'],
);

/** A registered URI with something inserted or cut out: what an attacker would try. */
const mutated = fc
  .tuple(registeredUris, fc.nat(), fc.nat(3), splice)
  .map(([uris, at, cut, insert]) => {
    const uri = uris[at % uris.length] as string;
    const index = at % (uri.length + 1);
    return { uris, requested: uri.slice(0, index) + insert + uri.slice(index + cut) };
  });

/** The oracle: what a browser's URL parser says, without the syntax that the rule itself uses. */
const sameButPort = (requested: string, registered: string): boolean => {
  if (!URL.canParse(requested)) return false;
  const [a, b] = [new URL(requested), new URL(registered)];
  const isLoopback =
    b.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(b.hostname);
  a.port = b.port;
  return isLoopback && a.href === b.href;
};

describe('which redirect URIs a request may use', () => {
  it('matches only exactly, or but for the port on loopback, because everything else is a redirector', () => {
    const requests = fc.oneof(
      mutated,
      fc.record({
        uris: registeredUris,
        requested: fc.oneof(httpsUri, loopbackUri, privateUseUri),
      }),
      fc.record({ uris: registeredUris, requested: fc.webUrl() }),
      fc.record({ uris: registeredUris, requested: fc.string() }),
    );
    fc.assert(
      fc.property(requests, ({ uris, requested }) => {
        if (!matchesRedirectUri(requested, uris)) return;
        expect(uris.some((uri) => uri === requested || sameButPort(requested, uri))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('never matches what a browser would send to another host, because the code goes where the browser goes', () => {
    fc.assert(
      fc.property(mutated, ({ uris, requested }) => {
        if (!matchesRedirectUri(requested, uris)) return;
        const destinations = uris.map((uri) => new URL(uri).protocol + new URL(uri).hostname);
        const url = new URL(requested);
        expect(destinations).toContain(url.protocol + url.hostname);
        expect(url.username + url.password + url.hash).toBe('');
      }),
      { numRuns: 3_000 },
    );
  });

  it('matches every registered URI and every port of a loopback one, because clients bind what is free', () => {
    fc.assert(
      fc.property(
        registeredUris,
        loopbackHost,
        fc.option(port),
        port,
        path,
        (uris, host, from, to, rest) => {
          for (const uri of uris) expect(matchesRedirectUri(uri, uris)).toBe(true);
          const registered = `http://${host}${from === null ? '' : `:${from}`}${rest}`;
          expect(matchesRedirectUri(`http://${host}:${to}${rest}`, [registered])).toBe(true);
        },
      ),
    );
  });

  it('never lets the port of an https URI vary, because RFC 8252 §7.3 is about loopback', () => {
    fc.assert(
      fc.property(label, port, path, (host, number, rest) => {
        fc.pre(number !== 443);
        const registered = [`https://${host}.example${rest}`];
        expect(matchesRedirectUri(`https://${host}.example:${number}${rest}`, registered)).toBe(
          false,
        );
      }),
    );
  });

  it.each([
    ['http://127.0.0.1:5000/callback', 'localhost need not be the same interface'],
    ['http://localhost:5000/callback/', 'the path is part of what was registered'],
    ['http://localhost:5000/callback?x=1', 'the query is part of what was registered'],
    ['http://localhost:5000/Callback', 'paths have case'],
    ['https://localhost:5000/callback', 'the scheme is part of what was registered'],
    ['http://localhost:0/callback', 'there is no such port'],
    ['http://localhost:99999/callback', 'there is no such port'],
    ['http://localhost:5000@evil.example/callback', 'the host is evil.example'],
    ['http://localhost:5000\\@evil.example/callback', 'parsers disagree about the host'],
    ['http://localhost:5000/callback#x', 'a fragment would swallow the code'],
  ])('does not match %s with http://localhost/callback, because %s', (requested) => {
    expect(matchesRedirectUri(requested, ['http://localhost/callback'])).toBe(false);
  });

  it.each(hostile.map(([uri]) => uri))('never matches %j with a loopback registration', (uri) => {
    const registered = [
      'http://localhost/cb',
      'http://127.0.0.1/cb',
      'http://[::1]/cb',
      'http://localhost/',
    ];
    expect(matchesRedirectUri(uri, registered)).toBe(false);
  });

  it.each(['http://localhost/a b', 'http://localhost/a\\b', 'http://localhost/é'])(
    'never matches %j, although an operator listed it, because parsers disagree about it',
    (uri) => {
      expect(matchesRedirectUri(uri, [uri])).toBe(false);
    },
  );

  it('treats no URI with a fragment as loopback, because the code would land behind it', () => {
    expect(isLoopbackRedirect('http://localhost/cb#x')).toBe(false);
    expect(matchesRedirectUri('http://localhost:1/cb#x', ['http://localhost/cb#x'])).toBe(false);
  });
});

describe('what a person is told about a redirect URI', () => {
  it.each([
    ['https://claude.ai/api/cb', 'claude.ai', false],
    ['http://localhost:5000/cb', 'localhost:5000', true],
    ['cursor://anysphere.cursor-mcp/cb', 'cursor:', false],
  ])('shows where %s leads, because the name is chosen by the client', (uri, shown, isLoopback) => {
    expect(redirectDestination(uri)).toBe(shown);
    expect(isLoopbackRedirect(uri)).toBe(isLoopback);
  });
});
