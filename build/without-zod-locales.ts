import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Leaves out zod's error texts in fifty languages, of which a server uses English: 260 KB of 1180.
 * `z.locales.de()` is missing from such a bundle; nothing of ours asks for it.
 */
export const withoutZodLocales: Plugin = {
  name: 'without-zod-locales',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
      resolveDir: dirname(path),
    }));
  },
};
