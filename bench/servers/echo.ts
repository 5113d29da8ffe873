import { z } from 'zod';

/** The tool of every server here: answers with its argument. */

export const description = 'Answers with the text it was given.';
export const inputShape = { tenant: z.string(), text: z.string() };
export const inputSchema = z.object(inputShape);

export const answerOf = (text: string) => ({ content: [{ type: 'text' as const, text }] });
