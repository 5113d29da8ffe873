import type { Plugin } from 'esbuild';

/**
 * Leaves of undici the client for one connection, which the guard uses: `fetch`, WebSocket, caches and
 * mocks would be 250 KB more. Everything but `Client` is missing from such a bundle; nothing of ours asks for it.
 */
export const undiciClientOnly: Plugin = {
  name: 'undici-client-only',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]node_modules[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: "module.exports.Client = require('./lib/dispatcher/client.js');",
      loader: 'js',
    }));
  },
};
