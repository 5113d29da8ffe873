import type { Principal } from '../../../oauth/principal.ts';
import { UserFacingError } from '../caller.ts';

/** The notes of the demo server: in memory, bounded, one notebook per tenant. */

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly author: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export const notebookLimits = {
  notesPerTenant: 200,
  notesInAll: 10_000,
  titleLength: 120,
  textLength: 4000,
} as const;

export const allNotesUri = 'notes://all';
export const noteUri = ({ id }: Pick<Note, 'id'>): string => `notes://note/${id}`;

/** Whose notes: the tenant's or, where there is no tenancy, the caller's own. */
const notebookKey = ({ tenant, issuer, subject }: Principal): string =>
  tenant === undefined
    ? JSON.stringify(['subject', issuer, subject])
    : JSON.stringify(['tenant', tenant]);

/**
 * Every method takes the principal and sees that principal's notebook only. An id of another
 * tenant's note is answered like one that never existed.
 */
export class Notebook {
  readonly #notebooks = new Map<string, Map<string, Note>>();
  readonly #now: () => number;
  #total = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  all(principal: Principal): readonly Note[] {
    return [...(this.#notebooks.get(notebookKey(principal))?.values() ?? [])];
  }

  search(principal: Principal, words: string): readonly Note[] {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return this.all(principal).filter(({ title, text }) => {
      const haystack = `${title}\n${text}`.toLowerCase();
      return wanted.every((word) => haystack.includes(word));
    });
  }

  find(principal: Principal, id: string): Note | undefined {
    return this.#notebooks.get(notebookKey(principal))?.get(id);
  }

  add(principal: Principal, { title, text }: Pick<Note, 'title' | 'text'>): Note {
    const key = notebookKey(principal);
    const notes = this.#notebooks.get(key) ?? new Map<string, Note>();
    if (notes.size >= notebookLimits.notesPerTenant || this.#total >= notebookLimits.notesInAll)
      throw new UserFacingError('The notebook is full. Delete a note first.');
    const createdAt = new Date(this.#now()).toISOString();
    const note = { id: crypto.randomUUID(), title, text, author: principal.subject, createdAt };
    this.#notebooks.set(key, notes.set(note.id, note));
    this.#total += 1;
    return note;
  }

  remove(principal: Principal, id: string): boolean {
    const key = notebookKey(principal);
    const notes = this.#notebooks.get(key);
    if (!notes?.delete(id)) return false;
    this.#total -= 1;
    if (notes.size === 0) this.#notebooks.delete(key);
    return true;
  }
}
