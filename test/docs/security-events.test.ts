import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { eventCatalogue } from '../../oauth/security-event.ts';
import { ocsfProblems } from '../support/ocsf/validate.ts';
import { documentPath, securityEventsDocument } from './security-events-document.ts';

const document = await readFile(new URL(`../../${documentPath}`, import.meta.url), 'utf8');

describe(documentPath, () => {
  it('is what the code does: npm run docs:events', () => {
    expect(document).toBe(securityEventsDocument());
  });

  it('has a section for every event, because an analyst looks its name up here', () => {
    const sections = [...document.matchAll(/^### `(.+)`$/gm)].map(([, name]) => name);
    expect([...sections].sort()).toEqual(Object.keys(eventCatalogue).sort());
  });

  it('shows examples that are OCSF, because they are copied into parsers', () => {
    const examples = [...document.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) =>
      JSON.parse(text ?? ''),
    );
    expect(examples).toHaveLength(Object.keys(eventCatalogue).length + 1);
    expect(examples.flatMap(ocsfProblems)).toEqual([]);
  });
});
