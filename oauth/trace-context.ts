/**
 * W3C Trace Context, level 1: the id that joins everything one request caused. Parsed strictly: a
 * malformed header is ignored, never repaired, so that it cannot carry text into the log.
 */

const syntax = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * The trace id of a `traceparent` header, or undefined when there is none worth trusting as an
 * identifier. It is chosen by the caller: good for joining, never evidence of anything.
 *
 * @see [W3C Trace Context §3.2](https://www.w3.org/TR/trace-context/#traceparent-header)
 */
export const traceId = (traceparent: string | null | undefined): string | undefined => {
  const match = syntax.exec(traceparent ?? '');
  if (!match) return undefined;
  const [, version, id, parentId, rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(id as string) || /^0+$/.test(parentId as string)) return undefined;
  return id;
};

/** Whether a text is what {@link traceId} yields: for ids that come back from outside. */
export const isTraceId = (text: string | undefined): text is string =>
  text !== undefined && /^(?!0{32})[0-9a-f]{32}$/.test(text);

// CloudFront's own ids are 56 characters of base64url; others may one day be longer or shorter.
const edgeRequestIdSyntax = /^[A-Za-z0-9_-]{16,96}={0,2}$/;

/**
 * `X-Amz-Cf-Id`, if it looks like one: it joins an event to the logs of CloudFront and WAF. Anybody
 * who reaches the server without CloudFront could write it; nobody is meant to.
 */
export const edgeRequestId = (header: string | null | undefined): string | undefined =>
  header && edgeRequestIdSyntax.test(header) ? header : undefined;

const rootSyntax = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/;

/**
 * The root of `X-Amzn-Trace-Id`, which joins an event to the load balancer's access log. The load
 * balancer keeps a root that the caller sent: good for joining, never evidence of anything.
 */
export const loadBalancerTraceId = (header: string | null | undefined): string | undefined => {
  if (!header || header.length > 512) return undefined;
  const root = header
    .split(';')
    .map((field) => field.trim())
    .find((field) => field.startsWith('Root='))
    ?.slice('Root='.length);
  return root !== undefined && rootSyntax.test(root) ? root : undefined;
};

/** What the infrastructure in front says about a request, for the security event. */
export const edgeTrace = (headers: {
  get(name: string): string | null;
}): { readonly edgeRequestId?: string; readonly loadBalancerTraceId?: string } => {
  const request = edgeRequestId(headers.get('x-amz-cf-id'));
  const trace = loadBalancerTraceId(headers.get('x-amzn-trace-id'));
  return {
    ...(request !== undefined && { edgeRequestId: request }),
    ...(trace !== undefined && { loadBalancerTraceId: trace }),
  };
};
