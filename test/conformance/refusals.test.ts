import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mcpClients } from './clients.ts';
import { type Deployment, localDeployment } from './deployments.ts';
import type { McpClient } from './mcp-client.ts';
import { refusalOf, walk } from './sign-in-walk.ts';
import { corsTamperings, tamperedWith, tamperings, untamperedDemands } from './tampering.ts';

/** The walks of the other files prove something only if they can fail: here each demand does. */

let deployment: Deployment;
beforeAll(async () => {
  deployment = await localDeployment('published');
});
afterAll(() => deployment.close());

const clientOf = (product: string, kind: McpClient['registration']['kind']): McpClient => {
  const client = mcpClients.find(
    (row) => row.product === product && row.registration.kind === kind,
  );
  if (!client) throw new Error(`no ${product} in the table`);
  return client;
};

const vsCode = clientOf('VS Code', 'dynamic');
const inspector = clientOf('MCP Inspector', 'dynamic');

describe('a client turns away', () => {
  it.each(tamperings.map((row) => [row.title, row.demand, row] as const))(
    'from %s, because of its demand %s',
    async (_, demand, tampering) => {
      expect(await refusalOf(walk(vsCode, tamperedWith(deployment, tampering)))).toBe(demand);
    },
  );

  it.each(corsTamperings.map((row) => [row.title, row.demand, row] as const))(
    'in a browser from %s, because of its demand %s',
    async (_, demand, tampering) => {
      expect(inspector.browserOrigin).toBeDefined();
      expect(await refusalOf(walk(inspector, tamperedWith(deployment, tampering)))).toBe(demand);
    },
  );

  it('from a server that takes eleven seconds, because Claude waits for ten', async () => {
    let clock = 0;
    const slow = () => {
      clock += 11_000;
      return clock;
    };
    expect(await refusalOf(walk(vsCode, deployment, slow))).toBe('fast');
  });

  it('over every demand in one of these rows, because one that never fails is no demand', () => {
    expect(untamperedDemands).toEqual(['fast']);
  });
});

describe('a client does not turn away', () => {
  it('from the server as it is, because otherwise the rows above mean nothing', async () => {
    expect(await refusalOf(walk(vsCode, deployment))).toBeUndefined();
    expect(await refusalOf(walk(inspector, deployment))).toBeUndefined();
  });
});
