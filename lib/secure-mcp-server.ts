import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { UserPoolResourceServer } from 'aws-cdk-lib/aws-cognito';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { tenantGroupPrefix } from '../oauth/tenant.ts';
import { AuthorizationServer } from './authorization/authorization-server.ts';
import { LoginWebAcl } from './authorization/login-web-acl.ts';
import { MachineClient } from './authorization/machine-client.ts';
import { defaultScopes, everydayScopes, type McpScope } from './authorization/oauth-scopes.ts';
import {
  type MachineClientGrant,
  PreTokenGeneration,
} from './authorization/pre-token-generation.ts';
import { SignInClient } from './authorization/sign-in-client.ts';
import { Tenancy } from './authorization/tenancy.ts';
import { McpUserPool } from './authorization/user-pool.ts';
import { AccessLog } from './edge/access-log.ts';
import { CloudFrontIngress } from './edge/cloudfront-ingress.ts';
import { McpDistribution, viewerAddressHeader } from './edge/distribution.ts';
import { edgeRegion, McpWebAcl } from './edge/web-acl.ts';
import { metricsNamespace } from './observability/metrics-namespace.ts';
import { checkProps } from './secure-mcp-server-problems.ts';
import type { SecureMcpServerProps } from './secure-mcp-server-props.ts';
import { LoadBalancer } from './service/load-balancer.ts';
import { McpServerCode } from './service/mcp-server-code.ts';
import { McpService } from './service/mcp-service.ts';
import { Network } from './service/network.ts';

/** Path of the MCP endpoint below the public origin. */
const mcpPath = '/mcp';

/**
 * A remote MCP server on AWS that every MCP client can log in to. Guarantees: one public door
 * (CloudFront with a firewall that knows MCP), a private load balancer behind it, an OAuth 2.1
 * authorization server over Amazon Cognito, and a server that checks every call; nothing that holds
 * users or grants is deleted with the stack unless asked for.
 *
 * Does not create users, and does not watch itself: alarms are up to you.
 *
 * @example
 * const app = new App();
 * const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });
 * const server = new SecureMcpServer(stack, 'McpServer');
 * new CfnOutput(stack, 'McpUrl', { value: server.url });
 */
export class SecureMcpServer extends Construct implements IGrantable {
  /** The MCP URL, to be given to clients. */
  readonly url: string;
  readonly vpc: IVpc;
  readonly loadBalancer: LoadBalancer;
  readonly edge: McpDistribution;
  readonly userPool: McpUserPool;
  readonly authorizationServer: AuthorizationServer;
  readonly service: McpService;
  /**
   * The server's tasks, which start without any permission: `table.grantReadData(server)`, or
   * `service.taskRole` where a role is wanted.
   */
  readonly grantPrincipal: IPrincipal;
  readonly #scopes: readonly McpScope[];
  readonly #resourceServer: UserPoolResourceServer;
  readonly #trigger: PreTokenGeneration;
  readonly #machineClients: string[] = [];

  constructor(scope: Construct, id: string, props: SecureMcpServerProps = {}) {
    super(scope, id);
    checkProps(this, props);
    this.#scopes = props.scopes ?? defaultScopes;
    // The private door, which the public one needs as its origin.
    this.vpc = props.vpc ?? new Network(this, 'Network', { egress: props.egress }).vpc;
    this.loadBalancer = this.createLoadBalancer(props);
    // ① edge
    this.edge = this.createEdge(props);
    const origin = `https://${props.domainName ?? this.edge.distribution.distributionDomainName}`;
    this.url = origin + mcpPath;
    // ② authorization
    this.userPool = this.createUserPool(props);
    this.#resourceServer = this.createResourceServer();
    this.#trigger = this.createTrigger(props);
    const signInClient = this.createSignInClient(props, origin);
    this.authorizationServer = this.createAuthorizationServer(props, origin, signInClient);
    this.loadBalancer.routeToAuthorizationServer(this.authorizationServer.function);
    // ③ to ⑧ happen in the server
    this.service = this.createService(props, origin, signInClient);
    this.grantPrincipal = this.service.taskRole.grantPrincipal;
  }

  /**
   * An app client for a program without a user.
   *
   * @param grant short scope names, and the tenant if there are tenants
   */
  addMachineClient(id: string, grant: MachineClientGrant): MachineClient {
    const client = new MachineClient(this, id, {
      ...grant,
      userPool: this.userPool,
      resourceServer: this.#resourceServer,
    });
    this.#trigger.addMachineClient(client.userPoolClientId, grant);
    this.authorizationServer.addMachineClient(client.userPoolClientId);
    this.#machineClients.push(client.userPoolClientId);
    return client;
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

  private createUserPool(props: SecureMcpServerProps): McpUserPool {
    const { groupScopes, tenancy, mfa, removalPolicy } = props;
    const tenants = tenancy?.tenants ?? [];
    const userPool = new McpUserPool(this, 'Users', {
      mfa,
      removalPolicy,
      groups: [
        ...Object.keys(groupScopes ?? {}),
        ...tenants.map((tenant) => tenantGroupPrefix + tenant),
      ],
    });
    if (props.protectLoginPage ?? true)
      new LoginWebAcl(this, 'LoginWebAcl', { userPool, logRemovalPolicy: removalPolicy });
    return userPool;
  }

  private createResourceServer(): UserPoolResourceServer {
    return new UserPoolResourceServer(this, 'ResourceServer', {
      userPool: this.userPool.userPool,
      identifier: this.url,
      // The CDK would take the identifier, and Cognito refuses a URL as a name.
      userPoolResourceServerName: 'MCP server',
      scopes: this.#scopes.map(({ name, description }) => ({
        scopeName: name,
        scopeDescription: description,
      })),
    });
  }

  private createTrigger(props: SecureMcpServerProps): PreTokenGeneration {
    return new PreTokenGeneration(this, 'PreTokenGeneration', {
      userPool: this.userPool,
      resourceIdentifier: this.url,
      defaultScopes: props.groupScopes ? [] : everydayScopes(this.#scopes),
      groupScopes: props.groupScopes,
      logRetention: props.logRetention,
      logRemovalPolicy: props.removalPolicy,
    });
  }

  private createSignInClient(props: SecureMcpServerProps, origin: string): SignInClient {
    const providers = props.identityProviders ?? [];
    const created = providers.map((provider) => provider.bind(this, this.userPool.userPool));
    for (const { name, tenant } of providers) {
      if (tenant !== undefined) this.#trigger.addIdentityProviderTenant(name, tenant);
    }
    const client = new SignInClient(this, 'SignInClient', {
      userPool: this.userPool,
      resourceServer: this.#resourceServer,
      scopes: this.#scopes.map(({ name }) => name),
      origin,
      identityProviders: providers.map(({ name }) => name),
    });
    client.node.addDependency(...created);
    return client;
  }

  private createAuthorizationServer(
    props: SecureMcpServerProps,
    origin: string,
    signInClient: SignInClient,
  ): AuthorizationServer {
    return new AuthorizationServer(this, 'AuthorizationServer', {
      origin,
      resourceIdentifier: this.url,
      userPool: this.userPool,
      signInClient,
      scopes: this.#scopes,
      productName: props.productName ?? 'MCP server',
      metricsNamespace: metricsNamespace(this),
      clientRegistration: props.clientRegistration,
      logRetention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
  }

  private createService(
    props: SecureMcpServerProps,
    origin: string,
    signInClient: SignInClient,
  ): McpService {
    const { minTasks, maxTasks, useSpot, logRetention, removalPolicy } = props;
    const tenancy = props.tenancy ?? Tenancy.off();
    return new McpService(this, 'Service', {
      vpc: this.vpc,
      loadBalancer: this.loadBalancer,
      code: props.code ?? McpServerCode.demo(),
      minTasks,
      maxTasks,
      useSpot,
      logRetention,
      logRemovalPolicy: removalPolicy,
      environment: {
        RESOURCE_IDENTIFIER: this.url,
        AUTHORIZATION_SERVER: origin,
        TOKEN_ISSUERS: Stack.of(this).toJsonString([{ issuer: this.userPool.issuer }]),
        USER_CLIENTS: signInClient.userPoolClientId,
        MACHINE_CLIENTS: Lazy.string({ produce: () => this.#machineClients.join(' ') }),
        TENANCY: tenancy.mode,
        ALLOWED_ORIGINS: (props.allowedOrigins ?? []).join(' '),
        EVERYDAY_SCOPES: everydayScopes(this.#scopes).join(' '),
        CLIENT_ADDRESS_HEADER: viewerAddressHeader.toLowerCase(),
        RESOURCE_NAME: props.productName ?? 'MCP server',
        METRICS_NAMESPACE: metricsNamespace(this),
      },
    });
  }
}
