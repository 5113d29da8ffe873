import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { bundlesContextKey } from '../../lib/assets.ts';
import { bundles } from '../support/synth.ts';

describe('the examples', () => {
  it('minimal: three statements and an output make a server, in any account, without credentials', async () => {
    // What the CLI passes to an app.
    process.env.CDK_CONTEXT_JSON = JSON.stringify({ [bundlesContextKey]: bundles });
    process.env.CDK_OUTDIR = await mkdtemp(`${tmpdir()}/cdk-secure-mcp-`);
    const { app } = await import('../../examples/minimal/app.ts');
    const [stack] = app.synth().stacks;
    expect(stack?.template.Outputs.McpUrl).toBeDefined();
    expect(app.synth().manifest.missing).toBeUndefined();
  });
});
