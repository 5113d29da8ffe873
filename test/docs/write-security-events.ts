import { writeFile } from 'node:fs/promises';
import { documentPath, securityEventsDocument } from './security-events-document.ts';

/** `npm run docs:events` */
await writeFile(new URL(`../../${documentPath}`, import.meta.url), securityEventsDocument());
