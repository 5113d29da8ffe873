import { parseServerConfig } from './config.ts';
import { notesApplication } from './mcp/demo/notes-application.ts';
import { applicationBackend } from './mcp/handler.ts';
import { serveWith } from './serve-with.ts';

/** The demo image's entry. A server of one's own calls `serve` with its own tools instead. */
await serveWith(() => {
  const config = parseServerConfig();
  const { version } = config;
  return { config, backend: applicationBackend(notesApplication({ version, now: Date.now })) };
});
