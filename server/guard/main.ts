import { serveWith } from '../serve-with.ts';
import { parseGuardConfig } from './config.ts';
import { guardUpstream } from './guard.ts';

/** The container's entry in guard mode. */
await serveWith(() => {
  const { server, guard } = parseGuardConfig();
  return { config: server, backend: guardUpstream(guard) };
});
