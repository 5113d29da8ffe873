import { z } from 'zod';
import type { McpApplication } from '../../server/mcp/application.ts';
import { type Caller, UserFacingError } from '../../server/mcp/caller.ts';
import { createHandles, type Handles } from '../../server/mcp/handles.ts';
import { defineTool } from '../../server/mcp/tool.ts';

/** A server with something for every mistake: scopes nobody has, records of others, handles. */

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const notFound = () => new UserFacingError('There is no such thing.');

const tool = (
  name: string,
  requiredScopes: readonly string[],
  handler: (caller: Caller, input: { readonly id: string }) => string,
) =>
  defineTool({
    name,
    title: name,
    description: name,
    requiredScopes,
    inputSchema: z.object({ id: z.string().default('') }),
    // Readers may use what changes nothing.
    annotations: { readOnlyHint: true },
    handler: (input, caller) => text(handler(caller, input)),
  });

/** Belongs to nobody whom the day knows. */
const record = { tenant: 'initech', text: 'secret' };

/** Tools that open somebody else's record. */
export const foreignTools = ['open', 'open_folder', 'open_archive'];

export const adminTools = ['export_all', 'purge', 'grant', 'impersonate', 'audit'];

export const dayApplication = (): McpApplication => {
  const handles: Handles = createHandles({
    key: new Uint8Array(32).fill(7),
    purpose: 'export',
    ttlSeconds: 3600,
  });
  return {
    name: 'day',
    version: '1.0.0',
    tools: [
      tool('search', [], () => 'found'),
      ...foreignTools.map((name) =>
        tool(name, [], (caller) => caller.requireOwn(record, notFound).text),
      ),
      tool('begin', [], ({ principal }) => handles.seal('7', principal)),
      tool('finish', [], (caller, { id }) => caller.openHandle(handles, id, notFound)),
      ...adminTools.map((name) => tool(name, ['mcp:notes:delete'], () => 'done')),
    ],
  };
};
