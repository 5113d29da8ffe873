import { describe, expect, it } from 'vitest';
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
const login = results.login?.figures ?? {};

const drift = (assumed: number, measured = Number.NaN): number =>
  Math.abs(assumed - measured) / measured;

describe('the work of a million calls', () => {
  it('is what the last run measured, within 15 %: edit measuredWork, then npm run cost -- --write', () => {
    const { securityLogBytes, cpuMilliseconds } = measuredWork;
    expect(drift(securityLogBytes, call?.logBytes)).toBeLessThan(0.15);
    expect(drift(cpuMilliseconds, call && call.cpu / 1000)).toBeLessThan(0.15);
  });

  it.each([
    ['a login', measuredWork.signIn],
    ['a refresh', measuredWork.refresh],
  ])('asks the table as often as %s did', (of, { writes, reads }) => {
    expect(writes).toBe(login[`writes to the table of ${of}`]);
    expect(reads).toBe(login[`reads of the table of ${of}`]);
  });

  it('asks the broker as often as a login did', () => {
    expect(measuredWork.signIn.requests).toBe(login['requests to the broker of a login']);
  });

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
