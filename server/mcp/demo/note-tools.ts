import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { UserFacingError } from '../caller.ts';
import { defineTool, type Tool } from '../tool.ts';
import { allNotesUri, type Note, type Notebook, notebookLimits, noteUri } from './notebook.ts';

/** Not among the everyday scopes: deleting takes a step-up (403 with a scope challenge). */
export const deleteNotesScope = 'mcp:notes:delete';

const noteSchema = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  author: z.string(),
  createdAt: z.string(),
});

const whoamiOutput = z.object({
  subject: z.string(),
  username: z.string().optional(),
  tenant: z.string().optional(),
  clientId: z.string(),
  isMachine: z.boolean(),
  scopes: z.array(z.string()),
  groups: z.array(z.string()),
  tokenExpiresAt: z.string(),
});

const noInput = z.object({});

const searchInput = z.object({
  words: z
    .string()
    .max(200)
    .default('')
    .describe('Words that all must occur; empty lists every note'),
});
const searchOutput = z.object({ notes: z.array(noteSchema) });

const addInput = z.object({
  title: z.string().trim().min(1).max(notebookLimits.titleLength).describe('A few words'),
  text: z.string().max(notebookLimits.textLength).describe('The note itself, plain text'),
});

const deleteInput = z.object({ id: z.uuid().describe('Id of the note, from search_notes') });
const deleteOutput = z.object({ deleted: z.string() });

const answer = (text: string, structuredContent: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent,
});

const summaryOf = (notes: readonly Note[]): string =>
  notes.length === 0
    ? 'No notes found.'
    : notes.map(({ id, title, text }) => `- ${title} (${id})\n  ${text}`).join('\n');

const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I?',
  description: 'Says which user and tenant this connection belongs to, and what it may do.',
  requiredScopes: [],
  inputSchema: noInput,
  outputSchema: whoamiOutput,
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  handler: (_, { principal }) => {
    const { subject, username, tenant, clientId, isMachine, scopes, groups, expiresAt } = principal;
    const tokenExpiresAt = new Date(expiresAt * 1000).toISOString();
    const self = { subject, username, tenant, clientId, isMachine, scopes, groups, tokenExpiresAt };
    const text = `${username ?? subject} of ${tenant ?? 'no tenant'}, may: ${scopes.join(', ')}`;
    return answer(text, JSON.parse(JSON.stringify(self)));
  },
});

const searchNotes = (notebook: Notebook) =>
  defineTool({
    name: 'search_notes',
    title: 'Search notes',
    description: "Finds notes of the caller's tenant that contain all the given words.",
    requiredScopes: [],
    inputSchema: searchInput,
    outputSchema: searchOutput,
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    handler: ({ words }, { principal }) => {
      const notes = notebook.search(principal, words);
      return answer(summaryOf(notes), { notes });
    },
  });

const addNote = (notebook: Notebook) =>
  defineTool({
    name: 'add_note',
    title: 'Add a note',
    description: "Writes a new note that everyone of the caller's tenant can read.",
    requiredScopes: [],
    inputSchema: addInput,
    outputSchema: noteSchema,
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    handler: (note, { principal, notify }) => {
      const added = notebook.add(principal, note);
      notify.resourcesChanged();
      notify.resourceUpdated(allNotesUri);
      return answer(`Added "${added.title}" (${added.id}).`, { ...added });
    },
  });

const deleteNote = (notebook: Notebook) =>
  defineTool({
    name: 'delete_note',
    title: 'Delete a note',
    description: 'Deletes one note for good. Needs a permission that is asked for on first use.',
    requiredScopes: [deleteNotesScope],
    inputSchema: deleteInput,
    outputSchema: deleteOutput,
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
    handler: ({ id }, { principal, notify }) => {
      if (!notebook.remove(principal, id)) throw new UserFacingError(`There is no note ${id}.`);
      notify.resourcesChanged();
      notify.resourceUpdated(allNotesUri);
      notify.resourceUpdated(noteUri({ id }));
      return answer(`Deleted ${id}.`, { deleted: id });
    },
  });

/** In the order in which they are listed. */
export const noteTools = (notebook: Notebook): readonly Tool[] => [
  whoami,
  searchNotes(notebook),
  addNote(notebook),
  deleteNote(notebook),
];
