import type { CheckGroup } from '../check.ts';
import { accessToken } from './access-token/checks.ts';
import { authorize } from './authorize/checks.ts';
import { cors } from './cors/checks.ts';
import { discovery } from './discovery/checks.ts';
import { firewall } from './firewall/checks.ts';
import { headers } from './headers/checks.ts';
import { hygiene } from './hygiene/checks.ts';
import { knownClients } from './known-clients/checks.ts';
import { login } from './login/checks.ts';
import { machine } from './machine/checks.ts';
import { origin } from './origin/checks.ts';
import { rates } from './rates/checks.ts';
import { registration } from './registration/checks.ts';
import { resourceMetadata } from './resource-metadata/checks.ts';
import { serverMetadata } from './server-metadata/checks.ts';
import { tokenEndpoint } from './token-endpoint/checks.ts';
import { transport } from './transport/checks.ts';

/** Every check there is, in the order of a client's life. */
export const checkGroups: readonly CheckGroup[] = [
  discovery,
  resourceMetadata,
  serverMetadata,
  registration,
  knownClients,
  authorize,
  tokenEndpoint,
  accessToken,
  origin,
  cors,
  transport,
  firewall,
  rates,
  headers,
  hygiene,
  login,
  machine,
];
