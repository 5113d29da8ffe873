import { Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AuthorizationParts } from '../authorization/authorization-context.ts';
import type { Detections } from '../detection/detection.ts';
import { McpWebAcl } from '../edge/web-acl.ts';
import type { KeyRelay } from '../service/key-relay.ts';
import type { LoadBalancer } from '../service/load-balancer.ts';
import type { McpService } from '../service/mcp-service.ts';
import { blockedRequestsAlarm } from './blocked-requests-alarm.ts';
import { Monitoring } from './monitoring.ts';
import { Observability } from './observability.ts';
import type { ServerMetrics } from './server-metrics.ts';

export interface ObservedServer {
  /** @default Observability.full() */
  readonly observability?: Observability;
  /** The MCP URL. */
  readonly url: string;
  readonly metrics: ServerMetrics;
  readonly detections?: Detections;
  readonly loadBalancer: LoadBalancer;
  readonly service: McpService;
  readonly authorization: AuthorizationParts;
  /** With an alarm of its own. */
  readonly keyRelay?: KeyRelay;
  /** Watched here if it is in the same stack. */
  readonly webAcl?: unknown;
}

const logGroupsOf = ({ service, authorization }: ObservedServer) => {
  const { authorizationServer, trigger, operator } = authorization;
  const logGroups: Record<string, ILogGroup | undefined> = {
    Server: service.logGroup,
    AuthorizationServer: authorizationServer?.logGroup,
    PreTokenGeneration: trigger?.logGroup,
    Operator: operator?.logGroup,
  };
  return Object.fromEntries(
    Object.entries(logGroups).flatMap(([name, group]) => (group ? [[name, group]] : [])),
  ) as Readonly<Record<string, ILogGroup>>;
};

/** Everything that watches a {@link SecureMcpServer}, as its props say. */
export const createObservability = (scope: Construct, server: ObservedServer): Monitoring => {
  const { loadBalancer, service, authorization, webAcl } = server;
  const observability = server.observability ?? Observability.full();
  const isHere = webAcl instanceof McpWebAcl && Stack.of(webAcl) === Stack.of(scope);
  return new Monitoring(scope, 'Monitoring', {
    observability,
    url: server.url,
    metrics: server.metrics,
    detections: server.detections,
    loadBalancer: loadBalancer.loadBalancer,
    targetGroup: service.targetGroup,
    service: service.service,
    authorizationServer: authorization.authorizationServer?.function,
    grantTable: authorization.authorizationServer?.grantTable.table,
    logGroups: logGroupsOf(server),
    existingAlarms: [
      service.failureAlarm,
      ...(server.keyRelay ? [server.keyRelay.staleAlarm] : []),
    ],
    furtherAlarms: isHere
      ? [blockedRequestsAlarm(webAcl.metricName, observability.options.thresholds?.blockedRequests)]
      : [],
  });
};
