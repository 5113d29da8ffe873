import { z } from 'zod';
import { defineResource, defineTool, serve } from '../../../server/index.ts';

/** A server whose author has made every mistake with secrets that one can make in a handler. */

const inputSchema = z.looseObject({ secret: z.string() });
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code = 'E_UPSTREAM';
  readonly response: object;

  constructor(secret: string) {
    super(`upstream said: invalid api key ${secret}\n    at ${secret} (${secret}:1:1)`, {
      cause: new TypeError(`because of ${secret}`, { cause: `a plain ${secret}` }),
    });
    this.response = { headers: { authorization: `Bearer ${secret}` } };
  }
}

const tool = (name: string, handler: (secret: string) => ReturnType<typeof text>) =>
  defineTool({
    name,
    title: name,
    description: name,
    annotations: { readOnlyHint: true },
    requiredScopes: ['mcp:tools:read'],
    inputSchema,
    handler: ({ secret }) => handler(secret),
  });

await serve({
  name: 'leaky',
  version: '1.0.0',
  tools: [
    tool('echo', (secret) => text(secret)),
    tool('throw_error', (secret) => {
      throw new UpstreamError(secret);
    }),
    tool('throw_text', (secret) => {
      throw secret;
    }),
    tool('throw_object', (secret) => {
      throw { secret };
    }),
    tool('reject_later', (secret) => {
      void Promise.reject(new UpstreamError(secret)).catch(() => undefined);
      return text('fine');
    }),
  ],
  resources: [
    defineResource({
      name: 'file',
      title: 'File',
      uri: 'files:///{+path}',
      description: 'a file',
      requiredScopes: [],
      handler: ({ uri }) => {
        throw new UpstreamError(uri.href);
      },
    }),
  ],
});
