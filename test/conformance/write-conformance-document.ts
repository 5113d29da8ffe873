import { writeFile } from 'node:fs/promises';
import { conformanceDocument, documentPath } from './conformance-document.ts';
import { measure } from './measurements.ts';

/** `npx node test/conformance/write-conformance-document.ts`, with the Node.js of node_modules. */
await writeFile(
  new URL(`../../${documentPath}`, import.meta.url),
  conformanceDocument(await measure()),
);
