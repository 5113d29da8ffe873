import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { bundlesContextKey, lambdaBundle, serverImageDirectory } from '../../lib/assets.ts';

describe('bundles', () => {
  const stack = new Stack(new App({ context: { [bundlesContextKey]: '/nowhere' } }), 'Mcp');

  it.each([
    ['lambda/authorization-server', () => lambdaBundle(stack, 'authorization-server')],
    ['server/image', () => serverImageDirectory(stack)],
  ])('say what to do when %s is missing, because synth builds nothing', (_, find) => {
    expect(find).toThrow(/run `npm run build` first$/);
  });
});
