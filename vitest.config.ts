import { defineConfig } from 'vitest/config';

// The package by its published name is the sources here, as for the compiler: no build is needed.
const conditions = ['cdk-secure-mcp:source', 'node', 'development|production'];

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
