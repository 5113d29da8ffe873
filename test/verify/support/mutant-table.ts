import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../../verify/credentials.ts';
import type { Report } from '../../../verify/report/report.ts';
import { type Deployment, failedIn, failuresIn, reportOf, startDeployment } from './deployment.ts';
import { known, type Mutant } from './mutant.ts';
import { type OriginMap, startRelay } from './relay.ts';

/** Runs a table of deliberately broken servers: the proof that checks can fail, and that no others do. */

const credentialsFor = ({ access = 'none' }: Mutant, { credentials }: Deployment): Credentials => {
  const { token, foreignToken, otherTenantToken } = credentials;
  if (access === 'everything') return { ...credentials, token: undefined };
  return access === 'none' ? {} : { token, foreignToken, otherTenantToken };
};

const reportOn = async (mutant: Mutant, deployment: Deployment): Promise<Report> => {
  const { local } = deployment;
  const origins: OriginMap = [];
  const idp = await startRelay(local.simulator.domain, origins);
  const edge = await startRelay(local.origin, origins, mutant);
  try {
    return await reportOf({
      url: new URL(`${edge.origin}/mcp`),
      credentials: credentialsFor(mutant, deployment),
      allowsBursts: mutant.isBurst ?? false,
    });
  } finally {
    await Promise.all([edge.close(), idp.close()]);
  }
};

const nothingWrong: Mutant = { name: 'nothing', access: 'everything', breaks: [] };

/** One test per mutant, titled by what is wrong with it. */
export const testMutants = (tables: Readonly<Record<string, readonly Mutant[]>>): void => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
    known.token = deployment.credentials.token ?? '';
    known.machineSecret = deployment.credentials.machineSecret ?? '';
  });
  afterAll(() => deployment.local.close());

  describe.each(Object.entries(tables))('a server with something wrong about %s', (_, mutants) => {
    it.each(mutants)('breaks exactly the promises it should: $name', async (mutant) => {
      const report = await reportOn(mutant, deployment);
      expect(failedIn(report), failuresIn(report).join('\n')).toEqual([...mutant.breaks].sort());
    });
  });

  it('the relay alone breaks nothing, because otherwise the table would prove nothing', async () => {
    expect(failuresIn(await reportOn(nothingWrong, deployment))).toEqual([]);
  });
};
