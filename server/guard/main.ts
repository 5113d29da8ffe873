import { serveWith } from '../serve.ts';
import { parseGuardConfig } from './config.ts';
import { guardUpstream } from './guard.ts';

/** The container's entry in guard mode. */
await serveWith(() => {
  const { server, guard } = parseGuardConfig();
  return { config: server, served: guardUpstream(guard) };
});
