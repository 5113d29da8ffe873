import { defineConfig } from 'vitest/config';

/** Two minutes of silence, so on demand: `npm run test:patience`. */
export default defineConfig({
  test: { include: ['test/server/patience/*.patience.ts'], testTimeout: 180_000 },
});
