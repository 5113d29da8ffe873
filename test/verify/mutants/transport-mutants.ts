import {
  answers,
  isMcp,
  isModern,
  jsonAnswer,
  type Mutant,
  methodOf,
  withHeaders,
  withRequestHeaders,
  withStatus,
} from '../support/mutant.ts';

/** MCP over HTTP that is wrong. */

let lists = 0;

export const transportMutants: readonly Mutant[] = [
  {
    name: 'an unknown header revision ignored',
    access: 'token',
    request: (request) =>
      request.headers['mcp-protocol-version'] === '1999-01-01'
        ? withRequestHeaders(request, { 'mcp-protocol-version': '2025-11-25' })
        : request,
    breaks: ['an-unknown-legacy-revision-is-refused'],
  },
  {
    name: '200 for an unknown modern method',
    access: 'token',
    response: answers(
      (request) => isModern(request) && methodOf(request) === 'verify/unknown',
      withStatus(200),
    ),
    breaks: ['an-unknown-method-is-404-for-modern-clients'],
  },
  {
    name: 'a result for an unknown method',
    access: 'token',
    response: answers(
      (request) => !isModern(request) && methodOf(request) === 'verify/unknown',
      () => jsonAnswer(200, { jsonrpc: '2.0', id: 1, result: {} }),
    ),
    breaks: ['an-unknown-method-is-an-error-for-older-clients'],
  },
  {
    name: 'a server error for broken JSON',
    access: 'token',
    response: answers(
      (request) =>
        isMcp(request) &&
        request.body === '{"jsonrpc":' &&
        request.headers.authorization !== undefined,
      withStatus(500),
    ),
    breaks: ['broken-json-is-refused'],
  },
  {
    name: 'every content type accepted',
    access: 'token',
    request: (request) =>
      request.headers['content-type'] === 'text/plain'
        ? withRequestHeaders(request, { 'content-type': 'application/json' })
        : request,
    breaks: ['another-content-type-is-refused'],
  },
  {
    name: 'batches unpacked',
    access: 'token',
    request: (request) =>
      isMcp(request) && request.body.startsWith('[{')
        ? { ...request, body: JSON.stringify(JSON.parse(request.body)[0]) }
        : request,
    breaks: ['a-batch-is-no-way-in-for-modern-clients'],
  },
  {
    name: 'a page for GET',
    access: 'token',
    response: answers(
      (request) =>
        isMcp(request) && request.method === 'GET' && request.headers.authorization !== undefined,
      () => ({
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html>Hello',
      }),
    ),
    breaks: ['a-get-is-a-stream-or-405'],
  },
  {
    name: 'DELETE succeeds',
    access: 'token',
    response: answers(
      (request) =>
        isMcp(request) &&
        request.method === 'DELETE' &&
        request.headers.authorization !== undefined,
      withStatus(200),
    ),
    breaks: ['a-delete-ends-nothing-that-never-began'],
  },
  {
    name: 'session ids that count',
    access: 'token',
    response: answers(
      (request, { status }) => methodOf(request) === 'initialize' && status === 200,
      withHeaders({ 'mcp-session-id': '42' }),
    ),
    breaks: ['a-session-id-cannot-be-guessed'],
  },
  {
    name: 'sessions for modern clients',
    access: 'token',
    response: answers(
      isModern,
      withHeaders({ 'mcp-session-id': 'f3b0c442-98fc-4c14-9afb-f4c8996fb924' }),
    ),
    breaks: ['modern-requests-get-no-session'],
  },
  {
    name: 'streams that caches keep',
    access: 'token',
    response: answers(
      (_, { headers }) => String(headers['content-type']).startsWith('text/event-stream'),
      withHeaders({ 'cache-control': 'max-age=60' }),
    ),
    breaks: ['streams-are-not-buffered-or-kept'],
  },
  {
    name: 'a list of tools that is never the same',
    access: 'token',
    response: answers(
      (request) => methodOf(request) === 'tools/list' && !isModern(request),
      (response) => {
        lists += 1;
        return {
          ...response,
          body: response.body.replace('"tools":[', `"tools":[{"name":"new-${lists}"},`),
        };
      },
    ),
    breaks: ['the-tool-list-is-stable'],
  },
  {
    name: 'no list of tools',
    access: 'token',
    response: answers(
      (request, { status }) =>
        methodOf(request) === 'tools/list' && !isModern(request) && status === 200,
      () => jsonAnswer(200, { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'no' } }),
    ),
    breaks: ['tools-are-listed-for-older-clients'],
  },
  {
    name: 'tools that fail',
    access: 'token',
    response: answers(
      (request, { status }) =>
        methodOf(request) === 'tools/call' && status === 200 && request.body.includes('whoami'),
      () => jsonAnswer(200, { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'no' } }),
    ),
    breaks: ['a-harmless-tool-can-be-called', 'a-harmless-tool-can-be-called-the-modern-way'],
  },
];
