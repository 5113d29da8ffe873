import type { ALBEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { requestOf, resultOf } from '../../../lambda/authorization-server/alb-event.ts';

const origin = 'https://mcp.example.com';

const anAlbEvent = (changes: Partial<ALBEvent> = {}): ALBEvent => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:…' } },
  httpMethod: 'GET',
  path: '/oauth/authorize',
  multiValueQueryStringParameters: {},
  multiValueHeaders: {},
  body: '',
  isBase64Encoded: false,
  ...changes,
});

describe('an ALB event as a Request', () => {
  it('keeps repeated parameters apart, because a repeated one must be seen to be refused', () => {
    const request = requestOf(
      anAlbEvent({ multiValueQueryStringParameters: { state: ['a', 'b'], scope: ['x%20y'] } }),
      origin,
    );
    const { searchParams } = new URL(request.url);
    expect(searchParams.getAll('state')).toEqual(['a', 'b']);
    expect(searchParams.get('scope')).toBe('x y');
  });

  it('keeps the percent-encoding of values, because ALB hands them over as they were sent', () => {
    const redirect = 'http%3A%2F%2Flocalhost%3A1%2Fcb%3Fa%3D1%26b%3D2';
    const request = requestOf(
      anAlbEvent({ multiValueQueryStringParameters: { redirect_uri: [redirect] } }),
      origin,
    );
    expect(new URL(request.url).searchParams.get('redirect_uri')).toBe(
      'http://localhost:1/cb?a=1&b=2',
    );
  });

  it('builds the URL from configuration, because Host and X-Forwarded-Host are the caller’s word', () => {
    const request = requestOf(
      anAlbEvent({
        multiValueHeaders: { host: ['evil.example'], 'x-forwarded-host': ['evil.example'] },
      }),
      origin,
    );
    expect(new URL(request.url).origin).toBe(origin);
  });

  it.each([
    [false, 'grant_type=refresh_token'],
    [true, Buffer.from('grant_type=refresh_token').toString('base64')],
  ])('reads a body (base64: %s)', async (isBase64Encoded, body) => {
    const request = requestOf(
      anAlbEvent({ httpMethod: 'POST', path: '/oauth/token', body, isBase64Encoded }),
      origin,
    );
    expect(await request.text()).toBe('grant_type=refresh_token');
  });

  it('hands every cookie header on', () => {
    const request = requestOf(anAlbEvent({ multiValueHeaders: { cookie: ['a=1; b=2'] } }), origin);
    expect(request.headers.get('cookie')).toBe('a=1; b=2');
  });
});

describe('a Response as an ALB result', () => {
  it('keeps several cookies apart, because joining them would lose all but one', async () => {
    const headers = new Headers({ location: '/x' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const result = await resultOf(new Response(null, { status: 303, headers }));
    expect(result.multiValueHeaders).toEqual({ location: ['/x'], 'set-cookie': ['a=1', 'b=2'] });
    expect(result.statusCode).toBe(303);
  });

  it('hands text on unchanged', async () => {
    const result = await resultOf(
      new Response('{"ü":1}', { headers: { 'content-type': 'application/json' } }),
    );
    expect(result).toMatchObject({ body: '{"ü":1}', isBase64Encoded: false });
  });
});
