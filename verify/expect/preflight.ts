import { type Outcome, verdict } from '../check.ts';
import { type Answer, isSuccess } from '../http/answer.ts';
import type { Target } from '../target.ts';

/** What a browser asks and looks at before a script may talk to a server (Fetch standard, CORS). */

/** Where MCP Inspector runs. */
export const browserOrigin = 'http://localhost:6274';

export const preflight = (
  target: Target,
  url: string | URL,
  method: string,
  headers: string,
): Promise<Answer> =>
  target.http.send({
    method: 'OPTIONS',
    url,
    headers: {
      origin: browserOrigin,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    },
  });

const grants = (value: string | undefined, wanted: string): boolean =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .some((item) => item === '*' || item === wanted);

const allowsOrigin = ({ headers }: Answer): boolean =>
  ['*', browserOrigin].includes(headers['access-control-allow-origin'] ?? '');

/** Whether a script may read the answer. */
export const corsIsOpen = (answer: Answer): Outcome =>
  verdict(
    allowsOrigin(answer),
    `Access-Control-Allow-Origin: ${answer.headers['access-control-allow-origin'] ?? 'absent'}`,
    `Access-Control-Allow-Origin: *`,
  );

/** Whether a script may send the request. `*` does not cover Authorization (Fetch §3.3.3). */
export const preflightIsGranted = (answer: Answer, header: string): Outcome => {
  const allowed = answer.headers['access-control-allow-headers'];
  const isGranted = isSuccess(answer) && allowsOrigin(answer) && grants(allowed, header);
  return verdict(
    isGranted,
    `${answer.status}, allowed origin: ${answer.headers['access-control-allow-origin'] ?? 'none'}, allowed headers: ${allowed ?? 'none'}`,
    `2xx, any origin, header ${header} allowed`,
  );
};
