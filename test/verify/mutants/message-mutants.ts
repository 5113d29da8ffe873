import {
  answers,
  isMcp,
  isModern,
  jsonAnswer,
  type Mutant,
  methodOf,
  withRequestHeaders,
} from '../support/mutant.ts';

/** MCP that answers wrongly. */

export const messageMutants: readonly Mutant[] = [
  {
    name: 'no handshake',
    access: 'token',
    response: answers(
      (request, { status }) => methodOf(request) === 'initialize' && status === 200,
      () => jsonAnswer(200, { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no' } }),
    ),
    breaks: [
      'an-unknown-revision-is-negotiated',
      'the-handshake-is-answered',
      'the-oldest-handshake-is-answered',
    ],
  },
  {
    name: 'one revision only',
    access: 'token',
    response: answers(
      (request) => methodOf(request) === 'initialize',
      (response) => ({ ...response, body: response.body.replace('"2025-03-26"', '"2025-11-25"') }),
    ),
    breaks: ['the-oldest-handshake-is-answered'],
  },
  {
    name: 'an unknown revision repeated',
    access: 'token',
    response: answers(
      (request) => request.body.includes('1999-01-01'),
      (response) => ({
        ...response,
        body: response.body.replace(/"protocolVersion":"[^"]*"/, '"protocolVersion":"1999-01-01"'),
      }),
    ),
    breaks: ['an-unknown-revision-is-negotiated'],
  },
  {
    name: 'a reply to a notification',
    access: 'token',
    response: answers(
      (request, { status }) => methodOf(request).startsWith('notifications/') && status === 202,
      () => jsonAnswer(200, { jsonrpc: '2.0', id: null, result: {} }),
    ),
    breaks: ['a-notification-is-accepted-without-a-body'],
  },
  {
    name: 'no modern era',
    access: 'token',
    request: (request) =>
      isMcp(request) && isModern(request) && request.headers.authorization
        ? jsonAnswer(400, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'no' } })
        : request,
    breaks: ['the-modern-era-is-discovered'],
  },
  {
    name: 'modern lists without cache hints',
    access: 'token',
    response: answers(
      (request) => isModern(request) && methodOf(request) === 'tools/list',
      (response) => ({ ...response, body: response.body.replace(/"ttlMs":\d+,?/, '') }),
    ),
    breaks: ['tools-are-listed-for-modern-clients'],
  },
  {
    name: 'lists that anybody may cache',
    access: 'token',
    response: answers(isModern, (response) => ({
      ...response,
      body: response.body.replace('"cacheScope":"private"', '"cacheScope":"public"'),
    })),
    breaks: ['lists-that-need-a-token-are-private'],
  },
  {
    name: 'the method header ignored',
    access: 'token',
    request: (request) =>
      request.headers['mcp-method'] !== undefined && methodOf(request) !== ''
        ? withRequestHeaders(request, { 'mcp-method': methodOf(request) })
        : request,
    breaks: ['a-lying-method-header-is-refused'],
  },
  {
    name: 'the name header ignored',
    access: 'token',
    request: (request) =>
      request.headers['mcp-name'] === 'verify-b'
        ? withRequestHeaders(request, { 'mcp-name': 'verify-a' })
        : request,
    breaks: ['a-lying-name-header-is-refused'],
  },
  {
    name: 'the version header ignored',
    access: 'token',
    request: (request) =>
      request.body.includes('protocolVersion":"2026-07-28"') && !isModern(request)
        ? withRequestHeaders(request, { 'mcp-protocol-version': '2026-07-28' })
        : request,
    breaks: ['a-lying-version-header-is-refused'],
  },
  {
    name: 'an unknown revision refused without a name',
    access: 'token',
    response: answers(
      (request) => request.headers['mcp-protocol-version'] === '2099-01-01',
      () => jsonAnswer(400, { jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'no' } }),
    ),
    breaks: ['an-unknown-modern-revision-is-refused-by-name'],
  },
];
