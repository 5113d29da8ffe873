import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxDocumentBytes } from '../../../lambda/authorization-server/clients/document-response.ts';
import { type Answer, hasOpenssl, publisher, startDocumentServer } from './document-server.ts';

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ client_id: `https://${publisher}/ok` });
/** Valid JSON of exactly so many bytes. */
const jsonOf = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));

const timers: NodeJS.Timeout[] = [];

const answers: Record<string, Answer> = {
  '/ok': (_request, response) =>
    response.writeHead(200, { ...json, 'cache-control': 'max-age=600', age: '100' }).end(body),
  '/suffix': (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'Application/Client+JSON; charset=utf-8' })
      .end(`\uFEFF${body}`),
  '/no-store': (_request, response) =>
    response.writeHead(200, { ...json, 'cache-control': 'no-store' }).end(body),
  '/redirect': (_request, response) =>
    response.writeHead(302, { ...json, location: `https://${publisher}/ok` }).write(body),
  '/moved': (_request, response) =>
    response.writeHead(308, { location: 'https://169.254.169.254/latest' }).end(),
  '/created': (_request, response) => response.writeHead(201, json).end(body),
  '/partial': (_request, response) => response.writeHead(206, json).end(body),
  '/gone': (_request, response) => response.writeHead(410, json).end(body),
  '/challenge': (_request, response) =>
    response.writeHead(403, { 'content-type': 'text/html' }).end('<html>'),
  '/limited': (_request, response) => response.writeHead(429, json).end(body),
  '/broken': (_request, response) => response.writeHead(500, json).end(body),
  '/html': (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).write(body),
  '/text': (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json-x' }).end(body),
  '/untyped': (_request, response) => response.writeHead(200).end(body),
  '/gzip': (_request, response) =>
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(body)),
  '/malformed': (_request, response) => response.writeHead(200, json).end('{"client_id":'),
  '/empty': (_request, response) => response.writeHead(200, json).end(),
  '/latin1': (_request, response) =>
    response.writeHead(200, json).end(Buffer.from('"\xe9"', 'latin1')),
  '/largest': (_request, response) => response.writeHead(200, json).end(jsonOf(maxDocumentBytes)),
  '/declared': (_request, response) =>
    response.writeHead(200, { ...json, 'content-length': 10_000_000 }).write(body),
  '/streamed': (_request, response) => {
    response.writeHead(200, json);
    timers.push(setInterval(() => response.write('x'.repeat(4_096)), 1));
  },
  '/one-too-many': (_request, response) => {
    response.writeHead(200, json).write(jsonOf(maxDocumentBytes));
    response.end(' ');
  },
  '/truncated': (_request, response) => {
    response.writeHead(200, { ...json, 'content-length': 1_000 }).write(body);
    setTimeout(() => response.destroy(), 50);
  },
  '/reset': (request) => request.socket.destroy(),
};

describe.skipIf(!hasOpenssl)('reading the answer of a publisher', () => {
  let server: Awaited<ReturnType<typeof startDocumentServer>>;

  beforeAll(async () => {
    server = await startDocumentServer(answers);
  });
  afterAll(async () => {
    timers.forEach(clearInterval);
    await server.stop();
  });

  it('reads a document and how long it may be kept', async () => {
    expect(await server.fetcher()(`https://${publisher}/ok`)).toEqual({
      ok: true,
      value: { document: JSON.parse(body), maxAgeSeconds: 500 },
    });
    expect(await server.fetcher()(`https://${publisher}/no-store`)).toMatchObject({
      value: { maxAgeSeconds: 0 },
    });
  });

  it.each([
    ['/ok', 'ok', 'it is JSON'],
    ['/suffix', 'ok', 'media types have no case, and a structured suffix is JSON'],
    ['/largest', 'ok', 'the limit is inclusive'],
    ['/redirect', 'invalid status 302', 'a redirect names one more URL of a stranger’s choice'],
    ['/moved', 'invalid status 308', 'a redirect may lead to instance metadata'],
    ['/created', 'invalid status 201', 'the draft wants 200'],
    ['/partial', 'invalid status 206', 'half a document is another document'],
    ['/gone', 'invalid status 410', 'the publisher withdrew it'],
    ['/nowhere', 'invalid status 404', 'the publisher does not have it'],
    ['/challenge', 'unavailable status 403', 'a bot challenge says nothing about the document'],
    ['/limited', 'unavailable status 429', 'a limit says nothing about the document'],
    ['/broken', 'unavailable status 500', 'an outage says nothing about the document'],
    ['/html', 'invalid content type', 'a page that anybody can upload is no document'],
    ['/text', 'invalid content type', 'a prefix of a media type is not the media type'],
    ['/untyped', 'invalid content type', 'guessing types is how uploads become documents'],
    ['/gzip', 'invalid content encoding', 'a small body may unpack to a large one'],
    ['/malformed', 'invalid not JSON', 'half a value is no value'],
    ['/empty', 'invalid not JSON', 'nothing is no value'],
    ['/latin1', 'invalid not JSON', 'JSON is UTF-8'],
    ['/declared', 'invalid too large', 'a declared size is believed when it is too large'],
    ['/streamed', 'invalid too large', 'an undeclared size is counted'],
    ['/one-too-many', 'invalid too large', 'the limit is a limit'],
    ['/truncated', 'unavailable network', 'the connection broke'],
    ['/reset', 'unavailable network', 'the connection broke'],
  ])('answers %s with %s, because %s', async (path, outcome) => {
    expect(await server.outcomeOf(path)).toBe(outcome);
  });

  it.each(['/ok', '/declared', '/streamed', '/html', '/redirect'])(
    'ends the connection after %s at once, because a publisher must not keep it',
    async (path) => {
      await server.outcomeOf(path);
      expect(await server.isClosed(path)).toBe(true);
    },
  );

  it('does not follow a redirect to itself', async () => {
    const before = server.received.length;
    await server.outcomeOf('/redirect');
    expect(server.received.length).toBe(before + 1);
  });
});
