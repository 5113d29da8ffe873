import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { addDiscovery } from './discovery.ts';
import type { FaultPlan } from './fault.ts';
import { addLogin } from './login-endpoint.ts';
import { addLogout } from './logout-endpoint.ts';
import { addRevocation } from './revocation-endpoint.ts';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { addToken } from './token-endpoint.ts';
import { addUserInfo } from './user-info-endpoint.ts';

/** Method, path and time of a request. Never its query, headers or body: those hold secrets. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Observers {
  readonly faults: FaultPlan;
  readonly record: (request: RecordedRequest) => void;
  readonly onFault: (error: unknown) => void;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Cognito's pages and endpoints over one user pool, as a web application. */
export const createApplication = (pool: SimulatedUserPool, observers: Observers): Hono => {
  const app = new Hono();
  const { port } = new URL(pool.domain);
  const hosts = new Set(loopbackNames.map((name) => `${name}:${port}`));

  app.use(async (c, next) => {
    // DNS rebinding: a web site must not talk to a listener on the user's own machine by giving its
    // own name the address 127.0.0.1.
    if (!hosts.has(c.req.header('host') ?? '')) return c.text('Unknown host', 421);
    observers.record({ method: c.req.method, path: c.req.path, at: pool.now() });
    return (await observers.faults.take(c.req.path)) ?? next();
  });
  app.use(bodyLimit({ maxSize: 64 * 1024, onError: (c) => c.text('Payload Too Large', 413) }));
  // cognito-user-pools-managed-login: scripts of other origins may call these three and nothing else.
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/userInfo'])
    app.use(path, cors({ origin: '*' }));

  addDiscovery(app, pool);
  addLogin(app, pool);
  addLogout(app, pool);
  addToken(app, pool);
  addRevocation(app, pool);
  addUserInfo(app, pool);
  // A fault, such as a trigger that throws. Cognito puts the trigger's message into its answer; this
  // does not, so that nothing comes to depend on it.
  app.onError((error, c) => {
    observers.onFault(error);
    return c.json({ error: 'invalid_request' }, 400);
  });
  return app;
};
