import { type Check, failed, passed, skipped } from '../../check.ts';
import { asObject } from '../../http/answer.ts';
import { legacyMessage } from '../../mcp/message.ts';
import { resultIn } from '../../mcp/reply.ts';

export const check: Check = {
  id: 'what-belongs-to-one-tenant-is-closed-to-another',
  title:
    'A resource that one user can list cannot be read with a token of another tenant, because knowing an address is no right',
  requirement: 'OWASP API1:2023; MCP security best practices',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { otherTenantToken } = target.credentials;
    if (otherTenantToken === undefined) return skipped('no token of another tenant was given');
    const theirs = { authorization: `Bearer ${otherTenantToken}` };
    const listed = async (headers?: Readonly<Record<string, string>>) => {
      const resources = resultIn(
        await target.callInSession(legacyMessage('resources/list'), headers),
      )?.resources;
      return Array.isArray(resources)
        ? resources.map((resource) => String(asObject(resource)?.uri))
        : [];
    };
    const shared = new Set(await listed(theirs));
    const own = (await listed()).filter((uri) => !shared.has(uri)).slice(0, 5);
    if (own.length === 0) return skipped('there is no resource that only one of the two can list');
    for (const uri of own)
      if (resultIn(await target.callInSession(legacyMessage('resources/read', { uri }), theirs)))
        return failed('a result', 'an error');
    return passed(`${own.length} tried`);
  },
};
