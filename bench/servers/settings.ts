/** What the benchmark tells the server it starts. */
export const port = Number(process.env.PORT);
export const jwks = process.env.BENCH_JWKS ?? '{"keys":[]}';
export const toolCount = Number(process.env.BENCH_TOOLS ?? 1);

/** `echo`, then as many others as there are to be. */
export const toolNames = Array.from({ length: toolCount }, (_, index) =>
  index === 0 ? 'echo' : `echo-${index}`,
);
