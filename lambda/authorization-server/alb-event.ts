import type { ALBEvent, ALBResult } from 'aws-lambda';

/**
 * ALB Lambda target ⇄ web `Request`/`Response`. The target group has multi-value headers on, so every
 * header and query parameter arrives as a list, and values arrive percent-encoded as they were sent.
 */

const bodyOf = ({ body, isBase64Encoded }: ALBEvent): Buffer | undefined =>
  body ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : undefined;

const queryOf = ({ multiValueQueryStringParameters: parameters }: ALBEvent): string => {
  const pairs = Object.entries(parameters ?? {}).flatMap(([name, values]) =>
    (values ?? []).map((value) => `${name}=${value}`),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
};

/** @param origin the public origin: Host and X-Forwarded-* of the request are not believed */
export const requestOf = (event: ALBEvent, origin: string): Request => {
  const headers = new Headers();
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const body = bodyOf(event);
  return new Request(`${origin}${event.path}${queryOf(event)}`, {
    method: event.httpMethod,
    headers,
    ...(body && !['GET', 'HEAD'].includes(event.httpMethod) && { body: new Uint8Array(body) }),
  });
};

export const resultOf = async (response: Response): Promise<ALBResult> => {
  const multiValueHeaders: Record<string, string[]> = {};
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') multiValueHeaders[name] = [value];
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) multiValueHeaders['set-cookie'] = cookies;
  return {
    statusCode: response.status,
    statusDescription: `${response.status}`,
    multiValueHeaders,
    isBase64Encoded: false,
    body: await response.text(),
  };
};
