import { type Check, verdict } from '../../check.ts';
import { mediaType } from '../../http/answer.ts';
import { randomText } from '../../oauth/pkce.ts';

export const check: Check = {
  id: 'errors-are-json-and-not-cacheable',
  title:
    'Errors are JSON that no cache keeps, because clients parse them and the next answer will differ',
  requirement: 'RFC 6749 §5.1, §5.2',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { authorizationServer } = target;
    const answer = await authorizationServer.refresh(
      await authorizationServer.client(),
      randomText(),
    );
    const control = answer.headers['cache-control'] ?? '';
    const isRight = mediaType(answer) === 'application/json' && /no-store/i.test(control);
    return verdict(
      isRight,
      `${mediaType(answer)}, Cache-Control: ${control || 'absent'}`,
      'application/json, no-store',
    );
  },
};
