import { describe, expect, it } from 'vitest';
import { protectedResourceMetadata } from '../../oauth/protected-resource-metadata.ts';
import {
  protectedResourceMetadataPath,
  protectedResourceMetadataUrl,
} from '../../oauth/well-known.ts';

const options = {
  resourceIdentifier: 'https://mcp.example.com/mcp',
  authorizationServer: 'https://mcp.example.com',
  everydayScopes: ['mcp:tools:read'],
};

describe('protectedResourceMetadata', () => {
  it('names the resource byte for byte, because clients refuse another one', () => {
    expect(protectedResourceMetadata(options)).toEqual({
      resource: 'https://mcp.example.com/mcp',
      authorization_servers: ['https://mcp.example.com'],
      scopes_supported: ['mcp:tools:read'],
      bearer_methods_supported: ['header'],
    });
  });

  it('names the server for people when it has a name', () => {
    const document = protectedResourceMetadata({ ...options, resourceName: 'Notes' });
    expect(document.resource_name).toBe('Notes');
  });
});

describe('where it is found', () => {
  it.each([
    ['https://mcp.example.com/mcp', '/.well-known/oauth-protected-resource/mcp'],
    ['https://mcp.example.com/a/b', '/.well-known/oauth-protected-resource/a/b'],
    ['https://mcp.example.com', '/.well-known/oauth-protected-resource'],
  ])('%s → %s (RFC 9728 §3.1)', (resource, path) => {
    expect(protectedResourceMetadataPath(resource)).toBe(path);
    expect(protectedResourceMetadataUrl(resource)).toBe(`https://mcp.example.com${path}`);
  });
});
