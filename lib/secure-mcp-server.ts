import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections, IConnectable, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-ecs';
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Authorization } from './authorization/authorization.ts';
import type { AuthorizationParts } from './authorization/authorization-context.ts';
import type { AuthorizationServer } from './authorization/authorization-server.ts';
import type { MachineClient } from './authorization/machine-client.ts';
import { defaultScopes } from './authorization/oauth-scopes.ts';
import type { Operator } from './authorization/operator.ts';
import type { MachineClientGrant } from './authorization/pre-token-generation.ts';
import { Tenancy } from './authorization/tenancy.ts';
import type { IMcpUserPool } from './authorization/user-pool.ts';
import { type Detections, respondingDetections } from './detection/detection.ts';
import { FindingResponse } from './detection/finding-response.ts';
import { AccessLog } from './edge/access-log.ts';
import { CloudFrontIngress } from './edge/cloudfront-ingress.ts';
import { McpDistribution } from './edge/distribution.ts';
import { edgeRegion, McpWebAcl } from './edge/web-acl.ts';
import { createObservability } from './observability/create-observability.ts';
import { LogPseudonymKey } from './observability/log-pseudonym-key.ts';
import { metricsNamespace } from './observability/metrics-namespace.ts';
import type { Monitoring } from './observability/monitoring.ts';
import { ServerMetrics } from './observability/server-metrics.ts';
import { checkProps } from './secure-mcp-server-problems.ts';
import type { SecureMcpServerProps } from './secure-mcp-server-props.ts';
import { KeyRelay } from './service/key-relay.ts';
import { LoadBalancer } from './service/load-balancer.ts';
import { McpServerCode } from './service/mcp-server-code.ts';
import { McpService } from './service/mcp-service.ts';
import { Network } from './service/network.ts';
import type { PrivateEndpoints } from './service/private-endpoints.ts';
import { serverEnvironment } from './service/server-environment.ts';

/** Path of the MCP endpoint below the public origin. */
const mcpPath = '/mcp';

/**
 * A remote MCP server on AWS that every MCP client can log in to. Guarantees: one public door
 * (CloudFront with a firewall that knows MCP), a private load balancer behind it, an OAuth 2.1
 * authorization server over Amazon Cognito, and a server that checks every call; nothing that holds
 * users or grants is deleted with the stack unless asked for.
 *
 * Every decision is on the record, and alarms ring; who hears them is said in `observability`.
 *
 * Does not create users.
 *
 * @example
 * const app = new App();
 * const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });
 * const server = new SecureMcpServer(stack, 'McpServer');
 * addConnectionOutputs(stack, server);
 */
export class SecureMcpServer extends Construct implements IGrantable, IConnectable {
  /** The MCP URL, to be given to clients. */
  readonly url: string;
  /** What users see on the consent page. */
  readonly productName: string;
  readonly vpc: IVpc;
  readonly loadBalancer: LoadBalancer;
  readonly edge: McpDistribution;
  /** Absent with `Authorization.external`. */
  readonly userPool?: IMcpUserPool;
  /** Present with `Authorization.broker`, which is the default. */
  readonly authorizationServer?: AuthorizationServer;
  /** Present with `Authorization.broker`, which is the default. */
  readonly operator?: Operator;
  /** Present with `Egress.isolated`. */
  readonly keyRelay?: KeyRelay;
  readonly service: McpService;
  readonly monitoring: Monitoring;
  /**
   * The server's tasks, which start without any permission: `table.grantReadData(server)`, or
   * `service.taskRole` where a role is wanted.
   */
  readonly grantPrincipal: IPrincipal;
  /** The server's tasks: `database.connections.allowDefaultPortFrom(server)`. */
  readonly connections: Connections;
  readonly #authorization: AuthorizationParts;
  readonly #metrics: ServerMetrics;
  readonly #logPseudonymKey: LogPseudonymKey;

  constructor(scope: Construct, id: string, props: SecureMcpServerProps = {}) {
    super(scope, id);
    checkProps(this, props);
    this.#metrics = new ServerMetrics(metricsNamespace(this));
    this.productName = props.productName ?? 'MCP server';
    // The private door, which the public one needs as its origin.
    const network = props.vpc ? undefined : new Network(this, 'Network', { egress: props.egress });
    this.vpc = props.vpc ?? (network as Network).vpc;
    this.loadBalancer = this.createLoadBalancer(props);
    // ① edge
    this.edge = this.createEdge(props);
    const origin = `https://${props.domainName ?? this.edge.distribution.distributionDomainName}`;
    this.url = origin + mcpPath;
    this.#logPseudonymKey = new LogPseudonymKey(this, 'LogPseudonymKey', {
      removalPolicy: props.removalPolicy,
    });
    // ② authorization
    this.#authorization = this.createAuthorization(props, origin);
    this.userPool = this.#authorization.userPool;
    this.authorizationServer = this.#authorization.authorizationServer;
    this.operator = this.#authorization.operator;
    if (this.authorizationServer)
      this.loadBalancer.routeToAuthorizationServer(this.authorizationServer.function);
    // ③ to ⑧ happen in the server
    this.keyRelay = network?.endpoints && this.createKeyRelay(network.endpoints);
    this.service = this.createService(props);
    network?.endpoints?.serve(this.service);
    this.grantPrincipal = this.service.taskRole.grantPrincipal;
    this.connections = this.service.securityGroup.connections;
    this.letFindingsAct(props.detections);
    this.monitoring = createObservability(this, {
      ...props,
      url: this.url,
      metrics: this.#metrics,
      loadBalancer: this.loadBalancer,
      service: this.service,
      authorization: this.#authorization,
      keyRelay: this.keyRelay,
      webAcl: props.webAcl ?? this.node.tryFindChild('WebAcl'),
    });
  }

  /** Calls that ended so: `allowed`, `challenged`, `unauthenticated`, `forbidden`, `limited`, … */
  metricCalls(outcome: string, options?: MetricOptions): Metric {
    return this.#metrics.calls(outcome, options);
  }

  /** Refusals for this reason of the security log; the rare ones together are `other`. */
  metricRefusals(reason: string, options?: MetricOptions): Metric {
    return this.#metrics.refusals(reason, options);
  }

  /** What happened at the authorization server: `registered`, `completed`, `issued`, `refused`, … */
  metricLogins(step: string, options?: MetricOptions): Metric {
    return this.#metrics.logins(step, options);
  }

  /** Duration of allowed calls in milliseconds: 99th percentile. */
  metricCallDuration(options?: MetricOptions): Metric {
    return this.#metrics.callDuration(options);
  }

  /** Findings of a detection, such as `cross_tenant_probe`. */
  metricDetections(id: string, options?: MetricOptions): Metric {
    return this.#metrics.detections(id, options);
  }

  /**
   * An app client for a program without a user.
   *
   * @param grant short scope names, and the tenant if there are tenants
   * @throws Error with `Authorization.external`, where clients are registered with the issuer
   */
  addMachineClient(id: string, grant: MachineClientGrant): MachineClient {
    const { addMachineClient } = this.#authorization;
    if (!addMachineClient)
      throw new Error(
        `${this.node.path} cannot have the machine client '${id}': with Authorization.external() clients are registered with the issuer and named in 'machineClients'`,
      );
    return addMachineClient(id, grant);
  }

  private letFindingsAct(chosen: Detections | undefined): void {
    const detections = respondingDetections(chosen);
    const { authorizationServer, operator } = this.#authorization;
    if (detections.length === 0 || !operator) return;
    new FindingResponse(this, 'FindingResponse', {
      detections,
      operator: operator.function,
      logGroups: {
        Server: this.service.logGroup,
        ...(authorizationServer && { AuthorizationServer: authorizationServer.logGroup }),
      },
    });
  }

  private createLoadBalancer(props: SecureMcpServerProps): LoadBalancer {
    return new LoadBalancer(this, 'LoadBalancer', {
      vpc: this.vpc,
      certificate: props.loadBalancerCertificate,
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
    });
  }

  private createEdge(props: SecureMcpServerProps): McpDistribution {
    const distribution = new McpDistribution(this, 'Edge', {
      loadBalancer: this.loadBalancer,
      webAcl:
        props.webAcl ??
        new McpWebAcl(this, 'WebAcl', { mcpPath, logRemovalPolicy: props.removalPolicy }),
      domainName: props.domainName,
      certificate: props.certificate,
      hostedZone: props.hostedZone,
    });
    new CloudFrontIngress(this, 'CloudFrontIngress', {
      vpc: this.vpc,
      loadBalancer: this.loadBalancer,
      distribution,
    });
    // In any other region a stack of its own has to hold it: see AccessLog.
    if (Stack.of(this).region === edgeRegion)
      new AccessLog(this, 'AccessLog', {
        distribution: distribution.distribution,
        removalPolicy: props.removalPolicy,
      });
    return distribution;
  }

  private createAuthorization(props: SecureMcpServerProps, origin: string): AuthorizationParts {
    const authorization = props.authorization ?? Authorization.broker();
    return authorization.bind(this, {
      origin,
      resourceIdentifier: this.url,
      productName: this.productName,
      scopes: props.scopes ?? defaultScopes,
      groupScopes: props.groupScopes,
      tenancy: props.tenancy ?? Tenancy.off(),
      detections: props.detections,
      metricsNamespace: this.#metrics.namespace,
      logPseudonymKey: this.#logPseudonymKey.secret,
      logsFullAddresses: props.logsFullAddresses,
      logRetention: props.logRetention,
      logEncryptionKey: props.observability?.options.logEncryptionKey,
      removalPolicy: props.removalPolicy,
    });
  }

  private createKeyRelay(endpoints: PrivateEndpoints): KeyRelay {
    const { tokenIssuers: issuers } = this.#authorization;
    return new KeyRelay(this, 'KeyRelay', { issuers, endpoints });
  }

  private createService(props: SecureMcpServerProps): McpService {
    const { minTasks, maxTasks, useSpot, deployment, logRetention, removalPolicy } = props;
    const store = props.sharedStore?.bind(this, { vpc: this.vpc, removalPolicy });
    const service = new McpService(this, 'Service', {
      vpc: this.vpc,
      loadBalancer: this.loadBalancer,
      code: props.code ?? McpServerCode.demo(),
      minTasks,
      maxTasks,
      useSpot,
      deployment,
      logRetention,
      logRemovalPolicy: removalPolicy,
      logEncryptionKey: props.observability?.options.logEncryptionKey,
      environment: serverEnvironment(this, {
        ...props,
        resourceIdentifier: this.url,
        authorization: this.#authorization,
        keyRelay: this.keyRelay,
      }),
      secrets: {
        LOG_PSEUDONYM_KEY: Secret.fromSecretsManager(this.#logPseudonymKey.secret),
        ...(store && { SHARED_STORE: Secret.fromSecretsManager(store.urlSecret) }),
      },
    });
    store?.admit?.(service.securityGroup);
    // A task that found no keys would never become healthy.
    if (this.keyRelay) service.service.node.addDependency(this.keyRelay.firstCopy);
    return service;
  }
}
