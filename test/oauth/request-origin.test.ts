import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyLoopbackOrigin, isAllowedHost, isAllowedOrigin } from '../../oauth/request-origin.ts';

describe('isAllowedOrigin', () => {
  const allowed = ['https://app.example.com'];

  it('lets a request without Origin pass, because only browsers send it', () => {
    expect(isAllowedOrigin(undefined, [])).toBe(true);
  });

  it.each([
    'null',
    '',
    'https://app.example.com/',
    'https://APP.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.test',
    'https://evil.test',
  ])('refuses %j', (origin) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(false);
  });

  it.each([
    'http://localhost:6274',
    'http://127.0.0.1:1',
    'https://[::1]:65535',
    'http://localhost',
  ])('accepts %s in local mode only', (origin) => {
    expect(isAllowedOrigin(origin, [anyLoopbackOrigin])).toBe(true);
    expect(isAllowedOrigin(origin, allowed)).toBe(false);
  });

  it.each([
    'http://localhost.evil.test',
    'http://localhost:80.evil.test',
    'http://evil.test#localhost',
    'http://127.0.0.1.nip.io',
    'loopback',
    'null',
  ])('does not take %s for loopback', (origin) => {
    const isTheWordItself = origin === anyLoopbackOrigin;
    // The word is in the list, so it matches itself; no browser sends an Origin without a scheme.
    expect(isAllowedOrigin(origin, [anyLoopbackOrigin])).toBe(isTheWordItself);
  });
});

describe('isAllowedHost', () => {
  it('ignores the case of the host and nothing else', () => {
    expect(isAllowedHost('MCP.Example.com', ['mcp.example.com'])).toBe(true);
    expect(isAllowedHost('mcp.example.com:443', ['mcp.example.com'])).toBe(false);
    expect(isAllowedHost('mcp.example.com.', ['mcp.example.com'])).toBe(false);
    expect(isAllowedHost('mcp.example.com, evil.test', ['mcp.example.com'])).toBe(false);
    expect(isAllowedHost(undefined, ['mcp.example.com'])).toBe(false);
  });

  it('accepts nothing but the listed values', () => {
    fc.assert(
      fc.property(fc.string(), (host) => {
        expect(isAllowedHost(host, ['mcp.example.com'])).toBe(
          host.toLowerCase() === 'mcp.example.com',
        );
      }),
    );
  });
});
