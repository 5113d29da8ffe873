/** What the benchmark tells the server it starts. */
export const port = Number(process.env.PORT);
export const jwks = process.env.BENCH_JWKS ?? '{"keys":[]}';
export const toolCount = Number(process.env.BENCH_TOOLS ?? 1);
/** Names of app clients on top of the one that tokens usually come from. */
export const moreClients = Array.from(
  { length: Number(process.env.BENCH_CLIENTS ?? 0) },
  (_, index) => `client-${index}`,
);
export const hasSlowTools = process.env.BENCH_SLOW === '1';
/** Redis where several processes count together. */
export const sharedStore = process.env.BENCH_SHARED_STORE;

/** `echo`, then as many others as there are to be. */
export const toolNames = Array.from({ length: toolCount }, (_, index) =>
  index === 0 ? 'echo' : `echo-${index}`,
);
