import { registerHooks } from 'node:module';

/** Resolves the published name to the source, for examples that run before anything is built. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'cdk-secure-mcp/server'
      ? { url: new URL('../../../server/index.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
