import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { issuer, resourceIdentifier } from '../tokens.ts';
import { jwks, port } from './settings.ts';

/**
 * What nobody can do without: read the body, parse it, answer with the JSON that an MCP server
 * would answer. With `BENCH_VERIFY`, one RS256 verification and a look at three claims as well.
 */

const mustVerify = process.env.BENCH_VERIFY === '1';
const [jwk] = (JSON.parse(jwks) as { keys: JsonWebKey[] }).keys;
const key = mustVerify && jwk ? createPublicKey({ key: jwk as never, format: 'jwk' }) : undefined;

const isAuthentic = ({ headers }: IncomingMessage): boolean => {
  if (!key) return true;
  const token = headers.authorization?.slice('Bearer '.length) ?? '';
  const dot = token.lastIndexOf('.');
  const input = Buffer.from(token.slice(0, dot));
  if (!verify('sha256', input, key, Buffer.from(token.slice(dot + 1), 'base64url'))) return false;
  const claims = JSON.parse(
    Buffer.from(token.slice(token.indexOf('.') + 1, dot), 'base64url').toString(),
  );
  const isOurs = claims.iss === issuer && claims.aud === resourceIdentifier;
  return isOurs && claims.exp > Date.now() / 1000;
};

const answer = ({ id, params }: { id: unknown; params: { arguments: { text: string } } }) => ({
  result: {
    content: [{ type: 'text', text: params.arguments.text }],
    resultType: 'complete',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'bench', version: '1.0.0' } },
  },
  jsonrpc: '2.0',
  id,
});

createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    if (!isAuthentic(incoming)) {
      outgoing.writeHead(401).end();
      return;
    }
    const body = Buffer.from(JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString()))));
    outgoing
      .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
      .end(body);
  });
}).listen(port, '127.0.0.1');
