import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'another-resource-is-refused-here-too',
  title:
    'A token request for another resource is refused, because checking it at the authorization endpoint only can be walked around',
  requirement: 'RFC 8707 §2.2',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { authorizationServer } = target;
    const client = await authorizationServer.client();
    const answer = await authorizationServer.refresh(client, randomText(), {
      resource: 'https://other.example/mcp',
    });
    return verdict(answer.status === 400, briefly(answer), '400 error=invalid_target');
  },
};
