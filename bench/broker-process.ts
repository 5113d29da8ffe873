import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ALBEvent } from 'aws-lambda';
import type { Invocation } from './servers/broker.ts';
import { cognitoDomain, origin, type StandIns } from './stand-ins.ts';

/** The broker's bundle in a process of its own, asked as a load balancer asks a function. */

export interface Step {
  /** Method and path. */
  readonly name: string;
  readonly cpu: number;
}

export interface Broker {
  /** Serves a request for the origin, and notes what it cost. */
  readonly fetch: typeof fetch;
  /** What was noted since the last time. */
  readonly steps: () => readonly Step[];
  readonly residentMegabytes: () => number;
  readonly stop: () => Promise<void>;
}

const eventOf = async (request: Request): Promise<ALBEvent> => {
  const { pathname, search } = new URL(request.url);
  const multiValueQueryStringParameters: Record<string, string[]> = {};
  // As they came: a load balancer does not decode them.
  for (const pair of search.slice(1).split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    multiValueQueryStringParameters[name] = [
      ...(multiValueQueryStringParameters[name] ?? []),
      value,
    ];
  }
  return {
    httpMethod: request.method,
    path: pathname,
    multiValueQueryStringParameters,
    multiValueHeaders: {
      'cloudfront-viewer-address': ['203.0.113.9:44321'],
      ...Object.fromEntries([...request.headers].map(([name, value]) => [name, [value]])),
    },
    body: await request.text(),
    isBase64Encoded: false,
    requestContext: { elb: { targetGroupArn: 'bench' } },
  };
};

/** Where the browser finds Cognito, which here is on loopback. */
const responseOf = ({ result }: Invocation, cognito: string): Response => {
  const headers = new Headers();
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {}))
    for (const value of values) headers.append(name, String(value).replace(cognitoDomain, cognito));
  const { statusCode, body } = result;
  return new Response(body === '' ? null : body, { status: statusCode, headers });
};

export const startBroker = async (
  file: string,
  { environment, cognito }: StandIns,
): Promise<Broker> => {
  const child = fork(fileURLToPath(new URL('servers/broker.ts', import.meta.url)), {
    env: { PATH: process.env.PATH, ...environment, BENCH_BUNDLE: file },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  let steps: Step[] = [];
  let residentMegabytes = 0;
  const serve = async (request: Request): Promise<Response> => {
    child.send(await eventOf(request));
    const [invocation] = (await once(child, 'message')) as [Invocation];
    steps.push({
      name: `${request.method} ${new URL(request.url).pathname}`,
      cpu: invocation.cpu,
    });
    residentMegabytes = invocation.residentMegabytes;
    return responseOf(invocation, cognito.domain);
  };
  return {
    fetch: (input, init) => {
      const request = new Request(input, init);
      return new URL(request.url).origin === origin ? serve(request) : fetch(input, init);
    },
    steps: () => {
      const noted = steps;
      steps = [];
      return noted;
    },
    residentMegabytes: () => residentMegabytes,
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
};
