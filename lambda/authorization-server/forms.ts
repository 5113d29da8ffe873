import { type Parameters, parseParameters } from '../../oauth/authorization-request.ts';
import type { OAuthRefusal } from '../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../oauth/result.ts';

/** Longest body of any endpoint. A consent form carries one sealed request; everything else is smaller. */
const maxBodyLength = 65_536;

const mediaTypeOf = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The body as text; refuses other content types and anything longer than every honest body. */
export const readText = async (
  request: Request,
  mediaType: string,
): Promise<Result<string, OAuthRefusal>> => {
  if (mediaTypeOf(request) !== mediaType) return err({ reason: 'content_type_unsupported' });
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyLength)
    return err({ reason: 'request_too_large' });
  const text = await request.text();
  return text.length > maxBodyLength ? err({ reason: 'request_too_large' }) : ok(text);
};

/** RFC 6749 Appendix B: token, revocation and consent requests are form-encoded. */
export const readForm = async (request: Request): Promise<Result<Parameters, OAuthRefusal>> => {
  const text = await readText(request, 'application/x-www-form-urlencoded');
  if (!text.ok) return text;
  return parseParameters(new URLSearchParams(text.value));
};
