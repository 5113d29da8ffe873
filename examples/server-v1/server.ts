import { fromV1Server, serve } from 'cdk-secure-mcp/server';
import { createServer } from './create-server.ts';

await serve(
  fromV1Server(createServer, {
    unlisted: 'allow',
    tools: { add: { scopes: ['mcp:calculator:use'] } },
  }),
);
