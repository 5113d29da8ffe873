import {
  type CallToolResult,
  completable,
  fromJsonSchema,
  type McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { McpApplication } from '../../server/mcp/application.ts';
import { registerInputRequired, requestState } from './input-required-tools.ts';

/** The names and answers that the official suite expects of a server. For tests only. */

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const anything = z.object({});
const text = (value: string) => ({ type: 'text' as const, text: value });
const image = { type: 'image' as const, data: png, mimeType: 'image/png' };
const embedded = (uri: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType: 'text/plain', text: 'Embedded.' },
});

const withLogging = async ({ mcpReq }: ServerContext): Promise<CallToolResult> => {
  for (const data of ['started', 'under way', 'over'])
    await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
  return { content: [text('logged')] };
};

const withProgress = async ({ mcpReq }: ServerContext): Promise<CallToolResult> => {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken !== undefined)
    for (const progress of [0, 50, 100])
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 100 },
      });
  return { content: [text(String(progressToken))] };
};

const form = (properties: Readonly<Record<string, unknown>>) => ({
  message: 'Please fill this in',
  requestedSchema: { type: 'object', properties, required: [] },
});

/** SEP-1034: a default for every primitive type. */
const defaults = form({
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
});

const options = ['option1', 'option2', 'option3'];
const titled = ['First', 'Second', 'Third'].map((title, index) => ({
  const: `value${index + 1}`,
  title,
}));

/** SEP-1330: one or several of a list, with and without titles, and the old way of titles. */
const enums = form({
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled },
  legacyEnum: { type: 'string', enum: options, enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled } },
});

/** The question reaches the client; without a session its answer finds no way back, and this fails. */
const asking = async (
  { mcpReq }: ServerContext,
  method: 'sampling/createMessage' | 'elicitation/create',
  params: Record<string, unknown>,
): Promise<CallToolResult> => {
  const answer = await mcpReq.send({ method, params } as never, { timeout: 500 });
  return { content: [text(JSON.stringify(answer))] };
};

const contents: Readonly<Record<string, CallToolResult['content']>> = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
  test_embedded_resource: [embedded('test://embedded-resource')],
  test_multiple_content_types: [text('Several:'), image, embedded('test://mixed-content-resource')],
  test_streaming_elicitation: [text('no requests of its own')],
};

const handlers: Readonly<Record<string, (context: ServerContext) => Promise<CallToolResult>>> = {
  test_tool_with_logging: withLogging,
  test_tool_with_progress: withProgress,
  test_logging_tool: async (context) => {
    await context.mcpReq.log('info', 'only for those who asked');
    return { content: [text('logged')] };
  },
  // Four that ask the client in the way of 2025-11-25. The suite looks at the question only.
  test_sampling: (context) =>
    asking(context, 'sampling/createMessage', {
      messages: [{ role: 'user', content: text('Say something') }],
      maxTokens: 50,
    }),
  test_elicitation: (context) =>
    asking(context, 'elicitation/create', form({ response: { type: 'string' } })),
  test_elicitation_sep1034_defaults: (context) => asking(context, 'elicitation/create', defaults),
  test_elicitation_sep1330_enums: (context) => asking(context, 'elicitation/create', enums),
  test_error_handling: async () => ({
    isError: true,
    content: [text('This tool intentionally returns an error for testing')],
  }),
};

const jsonSchemaTool = fromJsonSchema({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema 2020-12
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
});

const headerTool = fromJsonSchema({
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, level: { type: 'integer' } },
} as Parameters<typeof fromJsonSchema>[0]);

const registerTools = (server: McpServer): void => {
  for (const [name, content] of Object.entries(contents))
    server.registerTool(name, { description: name, inputSchema: anything }, () => ({ content }));
  for (const [name, handler] of Object.entries(handlers))
    server.registerTool(name, { description: name, inputSchema: anything }, (_, context) =>
      handler(context),
    );
  server.registerTool(
    'test_x_mcp_header',
    { description: 'Mirrors an argument into a header', inputSchema: headerTool },
    () => ({ content: [text('called')] }),
  );
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Keeps its schema', inputSchema: jsonSchemaTool },
    () => ({ content: [text('called')] }),
  );
};

const registerResources = (server: McpServer): void => {
  server.registerResource(
    'static-text',
    'test://static-text',
    { mimeType: 'text/plain' },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'text/plain', text: 'Static text.' }] }),
  );
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { mimeType: 'image/png' },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'image/png', blob: png }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { mimeType: 'application/json' },
    ({ href }, { id }) => ({
      contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id }) }],
    }),
  );
};

const message = (
  content: ReturnType<typeof text> | typeof image | ReturnType<typeof embedded>,
) => ({
  role: 'user' as const,
  content,
});

const registerPrompts = (server: McpServer): void => {
  server.registerPrompt('test_simple_prompt', { description: 'Simple' }, () => ({
    messages: [message(text('This is a simple prompt for testing.'))],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Arguments',
      argsSchema: z.object({
        arg1: completable(z.string(), () => ['one', 'two']),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => ({ messages: [message(text(`arg1='${arg1}', arg2='${arg2}'`))] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'Resource', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [message(embedded(resourceUri)), message(text('Read it.'))],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Image' }, () => ({
    messages: [message(image), message(text('Look at it.'))],
  }));
};

export const fixtureApplication: McpApplication = {
  name: 'conformance-fixture',
  title: 'Conformance fixture',
  version: '1.0.0',
  tools: [],
  requestState,
  register: (server) => {
    server.server.registerCapabilities({ logging: {} });
    registerTools(server);
    registerResources(server);
    registerPrompts(server);
    registerInputRequired(server);
  },
};
