import { parseServerConfig } from './config.ts';
import { notesApplication } from './mcp/demo/notes-application.ts';
import { serveWith } from './serve.ts';

/** The demo image's entry. A server of one's own calls `serve` with its own tools instead. */
await serveWith(() => {
  const config = parseServerConfig();
  return { config, served: notesApplication({ version: config.version, now: Date.now }) };
});
