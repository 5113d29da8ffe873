import { writeFile } from 'node:fs/promises';
import { clientsDocument, documentPath as clientsPath } from './clients-document.ts';
import { conformanceDocument, documentPath } from './conformance-document.ts';
import { measure } from './measurements.ts';

/** `npx node test/conformance/write-documents.ts`, with the Node.js of node_modules. */
const write = (path: string, text: string): Promise<void> =>
  writeFile(new URL(`../../${path}`, import.meta.url), text);

await write(documentPath, conformanceDocument());
await write(clientsPath, clientsDocument(await measure()));
