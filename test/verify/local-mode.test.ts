import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGroups } from '../../verify/checks/all-checks.ts';
import {
  type Deployment,
  failedIn,
  failuresIn,
  reportOf,
  startDeployment,
} from './support/deployment.ts';
import { type OriginMap, type Relay, startRelay } from './support/relay.ts';
import { aTestCertificate } from './support/test-certificate.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.local.close());

const everyCheck = checkGroups.flatMap(({ checks }) => checks);

describe('our own deployment', () => {
  it('keeps every promise that can be seen without credentials, because strangers look first', async () => {
    const report = await reportOf({ url: new URL(deployment.local.mcpUrl) });
    expect(failuresIn(report)).toEqual([]);
    expect(
      report.results.filter(({ outcome }) => outcome.kind === 'passed').length,
    ).toBeGreaterThan(130);
  });

  it('lets every named client connect, because that is the first promise of the package', async () => {
    const { clients } = await reportOf({ url: new URL(deployment.local.mcpUrl) });
    expect(clients.filter(({ verdict }) => verdict !== 'connects')).toEqual([]);
    expect(clients.length).toBeGreaterThanOrEqual(12);
  });

  it('keeps every promise behind the door, because that is where the tokens are', async () => {
    const { local } = deployment;
    const credentials = { ...deployment.credentials, token: undefined };
    const report = await reportOf({ url: new URL(local.mcpUrl), credentials, allowsBursts: true });
    expect(failuresIn(report)).toEqual([]);
    const skipped = report.results.filter(({ outcome }) => outcome.kind === 'skipped');
    // On plain http there is no TLS to look at.
    expect(skipped.map(({ groupId }) => groupId)).toEqual(skipped.map(() => 'headers'));
  });

  it('opens to a machine alone, because pipelines have no user', async () => {
    const { machineId = '', machineSecret = '' } = deployment.credentials;
    const url = new URL(deployment.local.mcpUrl);
    const report = await reportOf({ url, credentials: { machineId, machineSecret } });
    expect(failuresIn(report)).toEqual([]);
  });
});

describe('our own deployment behind TLS', () => {
  const certificate = aTestCertificate();
  const origins: OriginMap = [];
  let edge: Relay;
  let idp: Relay;

  beforeAll(async () => {
    const { local } = deployment;
    idp = await startRelay(local.simulator.domain, origins, {}, certificate);
    edge = await startRelay(
      local.origin,
      origins,
      {
        // What CloudFront adds, and the cookies as the broker writes them on https.
        request: (request) => ({
          ...request,
          headers: {
            ...request.headers,
            ...(request.headers.cookie && {
              cookie: String(request.headers.cookie).replaceAll('__Host-', ''),
            }),
          },
        }),
        response: (response) => ({
          ...response,
          headers: {
            ...response.headers,
            'strict-transport-security': 'max-age=31536000; includeSubDomains',
            ...(response.headers['set-cookie'] && {
              'set-cookie': [response.headers['set-cookie']]
                .flat()
                .map((cookie) => `__Host-${cookie}; Secure`),
            }),
          },
        }),
      },
      certificate,
    );
  });
  afterAll(() => Promise.all([edge.close(), idp.close()]));

  it('keeps every promise there is, because this is what it looks like in AWS', async () => {
    const report = await reportOf({
      url: new URL(`${edge.origin}/mcp`),
      credentials: { ...deployment.credentials, token: undefined },
      allowsBursts: true,
      limits: { ca: certificate.cert },
    });
    expect(failuresIn(report)).toEqual([]);
    const skipped = report.results.flatMap(({ check, outcome }) =>
      outcome.kind === 'skipped' ? [check.id] : [],
    );
    // Plain http is looked for next to the standard port only.
    expect(skipped).toEqual(['plain-http-serves-nothing']);
    expect(report.results).toHaveLength(everyCheck.length);
  });
});

describe('a deployment with a careless edge', () => {
  it('breaks exactly what is about TLS, because everything else is as it was', async () => {
    const careless = {
      ...aTestCertificate(5),
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    const origins: OriginMap = [];
    const edge = await startRelay(deployment.local.origin, origins, {}, careless);
    const url = new URL(`${edge.origin}/mcp`);
    const report = await reportOf({ url, limits: { ca: careless.cert } });
    await edge.close();
    expect(failedIn(report), failuresIn(report).join('\n')).toEqual([
      'browsers-are-told-to-stay-on-https',
      'cookies-belong-to-this-host-alone',
      'old-tls-is-refused',
      'the-certificate-lasts-two-weeks-more',
    ]);
  });
});
