import { inputRequired } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { McpApplication } from '../../../server/mcp/application.ts';
import { UserFacingError } from '../../../server/mcp/caller.ts';
import { definePrompt } from '../../../server/mcp/prompt.ts';
import { createRequestState } from '../../../server/mcp/request-state.ts';
import { defineResource } from '../../../server/mcp/resource.ts';
import { defineTool } from '../../../server/mcp/tool.ts';

/** A server with invoices of two tenants, declared in every way a team can declare things. */

const invoices = new Map([
  ['1', { id: '1', tenant: 'acme', text: 'topsecret of acme' }],
  ['2', { id: '2', tenant: 'evil', text: 'topsecret of evil' }],
]);

/** What ran, and for whom. */
export const ran: string[] = [];

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

const approval = createRequestState<{ id: string }>({ key: 'k'.repeat(32) });

const tool = <Input extends z.ZodObject>(
  name: string,
  inputSchema: Input,
  definition: Pick<Parameters<typeof defineTool<Input>>[0], 'handler'> &
    Partial<Parameters<typeof defineTool<Input>>[0]>,
) =>
  defineTool<Input>({
    name,
    title: name,
    description: name,
    requiredScopes: [],
    inputSchema,
    annotations: {},
    ...definition,
  });

const noInput = z.object({});
const byId = z.object({ id: z.string() });

const tools = [
  tool('export', z.object({ tenant: z.string().optional() }), {
    tenantArgument: 'tenant',
    handler: ({ tenant }) => {
      ran.push(`export ${tenant}`);
      return text(`exported ${tenant}`);
    },
  }),
  tool('invoice', byId, {
    handler: ({ id }, caller) => {
      const notFound = () => new UserFacingError(`There is no invoice ${id}.`);
      return text(caller.requireOwn(invoices.get(id), notFound).text);
    },
  }),
  tool('finance', noInput, { requiredGroups: ['finance'], handler: () => text('money') }),
  tool('delete', noInput, { requiredScopes: ['mcp:delete'], handler: () => text('gone') }),
];

export const application: McpApplication = {
  name: 'invoices',
  version: '1.0.0',
  tools,
  resources: [
    defineResource({
      name: 'invoice',
      title: 'Invoice',
      description: 'One invoice.',
      uri: 'invoices:///{tenant}/{id}',
      requiredScopes: [],
      tenantVariable: 'tenant',
      handler: ({ uri, variables }) => {
        ran.push(`invoice ${variables.tenant}`);
        const found = invoices.get(String(variables.id))?.text ?? 'none';
        return { contents: [{ uri: uri.href, text: found }] };
      },
    }),
    defineResource({
      name: 'balance',
      title: 'Balance',
      description: 'For the board.',
      uri: 'balance://now',
      requiredScopes: ['mcp:balance'],
      requiredGroups: ['board'],
      handler: ({ uri }) => ({ contents: [{ uri: uri.href, text: '7' }] }),
    }),
  ],
  prompts: [
    definePrompt({
      name: 'remind',
      title: 'Remind',
      description: 'Writes a reminder.',
      requiredScopes: ['mcp:remind'],
      tenantArgument: 'tenant',
      argsSchema: z.object({ tenant: z.string() }),
      handler: ({ tenant }) => ({
        messages: [{ role: 'user', content: { type: 'text', text: `Remind ${tenant}` } }],
      }),
    }),
  ],
  // A handler of its own, for what the forms above do not cover.
  register: (server) => {
    server.registerTool('step', { inputSchema: noInput }, async (_, context) => {
      const state = context.mcpReq.requestState<{ id: string }>();
      if (state) return text(`state ${state.id}`);
      return inputRequired({ requestState: await approval.mint({ id: '7' }, context) });
    });
    // `subscriptions/listen` grants resource subscriptions only where the server declares them.
    server.server.registerCapabilities({ resources: { subscribe: true } });
  },
  access: { hierarchy: { 'mcp:admin': ['mcp:delete'] } },
  requestState: approval,
};
