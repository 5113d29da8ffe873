import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

import {
  createDocumentFetcher,
  type DocumentFetchOptions,
} from '../../../lambda/authorization-server/clients/fetch-document.ts';

/** A publisher of metadata documents on loopback, with a certificate made for this run. */

export const publisher = 'client.test';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl)
  console.warn('NOT TESTED: fetching metadata documents, because openssl is missing');

interface Certificate {
  readonly key: string;
  /** Self-signed, so it is its own certificate authority. */
  readonly cert: string;
}

export const aCertificate = (hostname: string): Certificate => {
  const folder = mkdtempSync(join(tmpdir(), 'document-server-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-keyout', key, '-out', cert, '-days', '1', '-subj', `/CN=${hostname}`],
        ...['-addext', `subjectAltName=DNS:${hostname}`],
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly servername: string | false | null;
  readonly remotePort: number | undefined;
  readonly closed: Promise<unknown>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers by path; a path without an answer is 404. */
export const startDocumentServer = async (answers: Readonly<Record<string, Answer>>) => {
  const certificate = aCertificate(publisher);
  const received: ReceivedRequest[] = [];
  const server = createServer({ ...certificate }, (request, response) => {
    const socket = request.socket as TLSSocket & { servername?: string };
    received.push({
      method: request.method,
      path: request.url,
      headers: request.headers,
      servername: socket.servername ?? null,
      remotePort: socket.remotePort,
      closed: new Promise((resolve) => socket.once('close', resolve)),
    });
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const testServer = { address: '127.0.0.1', port, ca: certificate.cert };
  const fetcher = (options: DocumentFetchOptions = {}) =>
    createDocumentFetcher({
      resolve: async () => ['127.0.0.1'],
      dangerouslyAllowTestServer: testServer,
      ...options,
    });
  return {
    testServer,
    received,
    fetcher,
    /** The reason of a refusal in short, with its cause and status; or `ok`. */
    outcomeOf: async (path: string, options?: DocumentFetchOptions): Promise<string> => {
      const result = await fetcher(options)(`https://${publisher}${path}`);
      if (result.ok) return 'ok';
      const { cause, status } = result.error.evidence ?? {};
      return [result.error.reason.replace('client_document_', ''), cause, status]
        .filter((part) => part !== undefined)
        .join(' ');
    },
    /** Whether the connection of the last request for a path ends within half a second. */
    isClosed: (path: string): Promise<boolean> => {
      const last = received.findLast((request) => request.path === path);
      const later = new Promise<false>((resolve) => setTimeout(() => resolve(false), 500));
      return Promise.race([last?.closed.then(() => true) ?? false, later]);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
