import { describe, expect, it } from 'vitest';
import { loginFigures } from '../../bench/login.ts';
import { readResults } from '../../bench/report.ts';
import { warm } from '../../bench/scenarios.ts';
import { measuredWork } from '../../cost/million-calls.ts';
import { aPost, aResourceServer, legacyRequest } from '../support/resource-server.ts';
import { anAccessToken, cognitoScopes } from '../support/tokens.ts';

/**
 * The estimate of a million calls against what was measured. The constants are the estimate's own,
 * because results are no part of the package; 15 % is what one run of a benchmark differs from another.
 */

const results = readResults();
const call = results.calls?.rows.find(({ name }) => name === warm);

const drift = (assumed: number, measured = Number.NaN): number =>
  Math.abs(assumed - measured) / measured;

describe('the work of a million calls', () => {
  it('is what the last run measured, within 15 %: edit measuredWork, then npm run cost -- --write', () => {
    const { securityLogBytes, cpuMilliseconds } = measuredWork;
    expect(drift(securityLogBytes, call?.logBytes)).toBeLessThan(0.15);
    expect(drift(cpuMilliseconds, call && call.cpu / 1000)).toBeLessThan(0.15);
  });

  it('is that of the broker, counted while people log in: requests, and reads and writes of the table', async () => {
    const figures = await loginFigures({ warmUp: 1, logins: 1, otherLogins: 0 });
    const { signIn, refresh } = measuredWork;
    expect(signIn).toEqual({
      requests: figures['requests to the broker of a login'],
      writes: figures['writes to the table of a login'],
      reads: figures['reads of the table of a login'],
    });
    expect(refresh).toEqual({
      requests: 1,
      writes: figures['writes to the table of a refresh'],
      reads: figures['reads of the table of a refresh'],
    });
  }, 60_000);

  it('logs events as long as those of a server that is not a benchmark', async () => {
    const server = await aResourceServer();
    const token = anAccessToken(server.key, {
      scope: cognitoScopes(['mcp:tools:read', 'mcp:tools:execute']),
    });
    const body = legacyRequest('tools/call', { name: 'list_notes', arguments: {} });
    await server.send(aPost(body, { token, headers: { 'mcp-protocol-version': '2025-11-25' } }));
    const bytes = JSON.stringify(server.log.only).length;
    await server.close();
    expect(Math.abs(bytes - measuredWork.securityLogBytes)).toBeLessThan(250);
  });
});
