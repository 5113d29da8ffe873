import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

// What the bundle imports, not what this file does.
const validator = JSON.stringify('@modelcontextprotocol/server/validators/cf-worker');

/**
 * The MCP SDK validates what a person fills in (elicitation) with Ajv, unless it runs where Ajv cannot:
 * then with a validator a tenth of the size, which it exports as well. Ajv is a fifth of what a server
 * would load before its first call, 140 KB of 680.
 */
export const smallJsonSchemaValidator: Plugin = {
  name: 'small-json-schema-validator',
  setup: ({ onLoad }) => {
    onLoad(
      { filter: /[\\/]@modelcontextprotocol[\\/]server[\\/]dist[\\/]shimsNode\.mjs$/ },
      ({ path }) => ({
        contents: `
          export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from ${validator};
          export { default as process } from 'node:process';`,
        loader: 'js',
        resolveDir: dirname(path),
      }),
    );
  },
};
