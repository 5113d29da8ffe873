import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revisions } from '../../verify/check.ts';
import {
  type Deployment,
  failuresIn,
  reportOf,
  startDeployment,
} from '../verify/support/deployment.ts';
import {
  binds,
  conformanceDocument,
  documentPath,
  everyCheck,
  mutantsBreaking,
} from './conformance-document.ts';
import { otherwiseBroken } from './otherwise-broken.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/conformance.md', () => {
  it('says what the checks say, because a table written by hand is a wish', async () => {
    expect(await read(documentPath)).toBe(conformanceDocument());
  });

  it('names for every check what breaks it, because a check that cannot fail proves nothing', async () => {
    const unbroken = everyCheck.filter((check) => mutantsBreaking(check) === 0);
    expect(unbroken.map(({ id }) => id).sort()).toEqual(Object.keys(otherwiseBroken).sort());
    const tests = `${await read('test/verify/checks.test.ts')}${await read('test/verify/local-mode.test.ts')}`;
    for (const { id } of unbroken) expect(tests).toContain(`'${id}'`);
    for (const place of Object.values(otherwiseBroken)) expect(tests).toContain(place);
  });
});

describe('local mode', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.local.close());

  it.each(revisions)(
    'keeps every promise of %s, because a client of that revision knows no other',
    async (revision) => {
      const report = await reportOf({
        url: new URL(deployment.local.mcpUrl),
        credentials: { ...deployment.credentials, token: undefined },
        allowsBursts: true,
        range: { since: revision, until: revision },
      });
      expect(failuresIn(report)).toEqual([]);
      expect(report.results.map(({ check }) => check.id)).toEqual(
        everyCheck.filter((check) => binds(check, revision)).map(({ id }) => id),
      );
      const skipped = report.results.filter(({ outcome }) => outcome.kind === 'skipped');
      // On plain http there is no TLS to look at.
      expect(skipped.filter(({ groupId }) => groupId !== 'headers')).toEqual([]);
    },
  );
});
