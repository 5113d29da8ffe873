import type { SecurityEvent, SecurityLog } from '../oauth/security-event.ts';

/** Security events for a person at a terminal: one line each. `--json` prints the events themselves. */

const colors = { red: 31, green: 32, yellow: 33, gray: 90 } as const;

type Paint = (color: keyof typeof colors, text: string) => string;

const painter = (useColor: boolean): Paint => {
  const start = String.fromCharCode(27);
  return (color, text) => (useColor ? `${start}[${colors[color]}m${text}${start}[0m` : text);
};

interface EventFields {
  readonly time: number;
  readonly severity_id: number;
  readonly status_id: number;
  readonly status_code?: string;
  readonly duration?: number;
  readonly actor?: { readonly app_name?: string; readonly user?: { readonly uid: string } };
  readonly entity?: { readonly type: string; readonly uid?: string };
  readonly api?: { readonly operation: string };
  readonly resources?: readonly { readonly name: string }[];
  readonly finding_info?: { readonly title: string };
  readonly http_request?: {
    readonly http_method?: string;
    readonly url?: { readonly path: string };
  };
  readonly http_response?: { readonly code: number };
  readonly metadata: { readonly event_code: string; readonly tenant_uid?: string };
}

const subjectOf = ({ actor, entity, metadata }: EventFields): string => {
  const uid = actor?.user?.uid ?? (entity?.type === 'User' ? entity.uid : undefined);
  if (!uid || uid === 'anonymous') return '';
  const tenant = metadata.tenant_uid ? `@${metadata.tenant_uid}` : '';
  return `${uid.slice(0, 8)}${tenant}`;
};

const operationOf = (event: EventFields): string => {
  const { api, resources, http_request: request, finding_info: finding } = event;
  if (finding) return finding.title;
  // A refusal that came before the message was read names the HTTP method as its operation.
  if (api && api.operation !== request?.http_method)
    return [api.operation, resources?.[0]?.name].filter(Boolean).join(' ');
  return [request?.http_method, request?.url?.path].filter(Boolean).join(' ');
};

const markOf = (event: EventFields, paint: Paint): string => {
  if (event.status_id === 1 && event.severity_id < 3) return paint('green', '✓');
  return event.severity_id >= 4 ? paint('red', '✗') : paint('yellow', '✗');
};

/** One event as one line, without a line break at its end. */
export const prettyEvent = (event: SecurityEvent, useColor: boolean): string => {
  const fields = event as unknown as EventFields;
  const paint = painter(useColor);
  const time = new Date(fields.time).toISOString().slice(11, 23);
  const reason = fields.status_code ? paint('yellow', fields.status_code) : '';
  const status = fields.http_response ? String(fields.http_response.code) : '';
  const duration = fields.duration === undefined ? '' : `${Math.round(fields.duration)} ms`;
  const columns = [
    paint('gray', time),
    markOf(fields, paint),
    fields.metadata.event_code.padEnd(24),
    operationOf(fields),
    reason,
    subjectOf(fields),
    fields.actor?.app_name ?? '',
    paint('gray', [status, duration].filter(Boolean).join(' ')),
  ];
  return columns.filter((column) => column !== '').join('  ');
};

export const prettySecurityLog = (
  output: { write(text: string): unknown },
  useColor: boolean,
): SecurityLog => ({
  record: (event) => {
    output.write(`${prettyEvent(event, useColor)}\n`);
  },
});
