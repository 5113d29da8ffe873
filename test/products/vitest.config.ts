import { defineConfig } from 'vitest/config';

/** Products of other vendors: hundreds of megabytes each, so on demand (`npm run test:products`), not in CI. */
export default defineConfig({
  test: { include: ['test/products/*.products.ts'], testTimeout: 300_000, hookTimeout: 600_000 },
});
