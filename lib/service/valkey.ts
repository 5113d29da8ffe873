import { Fn, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import {
  Connections,
  type IConnectable,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { shortUniqueName } from '../unique-name.ts';

export interface ValkeyOptions {
  /**
   * Most that may be stored, in GB. Counters take a few megabytes.
   *
   * @default 1
   */
  readonly maxGigabytes?: number;
  /**
   * Most work a second, in ElastiCache processing units: about one for each small command. A call
   * takes a handful.
   *
   * @default 5000
   */
  readonly maxEcpuPerSecond?: number;
}

export interface ValkeyProps extends ValkeyOptions {
  readonly vpc: IVpc;
  /**
   * Whether the password survives the stack. What is stored does not: it is worth nothing a day later.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const userName = 'server';

/** 6380 is the endpoint for reads, which cluster clients are pointed to. */
const ports = Port.tcpRange(6379, 6380);

/** What is wrong with the options, in words; empty if all is well. */
export const valkeyProblems = (options: ValkeyOptions): readonly string[] => {
  const { maxGigabytes = 1, maxEcpuPerSecond = 5000 } = options;
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  return [
    ...(isWhole(maxGigabytes, 1, 5000)
      ? []
      : [`'maxGigabytes' must be a whole number from 1 to 5000, got ${maxGigabytes}`]),
    ...(isWhole(maxEcpuPerSecond, 1000, 15_000_000)
      ? []
      : [
          `'maxEcpuPerSecond' must be a whole number from 1000 to 15000000, got ${maxEcpuPerSecond}`,
        ]),
  ];
};

/**
 * A serverless Valkey for one server. Guarantees: TLS, one user with a password that is in no
 * template and without administrative commands, reachable by whom {@link admit} lets in and nobody
 * else, and a ceiling on what it can cost.
 *
 * Holds counters and identifiers, no token. Nothing of it is backed up.
 */
export class Valkey extends Construct implements IConnectable {
  readonly connections: Connections;
  /** Holds the URL with the password. */
  readonly urlSecret: Secret;

  constructor(scope: Construct, id: string, props: ValkeyProps) {
    super(scope, id);
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Valkey: from the tasks, to nowhere',
      allowAllOutbound: false,
    });
    this.connections = new Connections({ securityGroups: [securityGroup] });
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const password = new Secret(this, 'Password', {
      description: 'Password of the server at its Valkey; read only by the deployment',
      generateSecretString: { passwordLength: 64, excludePunctuation: true, includeSpace: false },
      removalPolicy,
    });
    const userGroup = this.createUserGroup(password);
    const cache = this.createCache(props, securityGroup, userGroup);
    this.urlSecret = new Secret(this, 'Url', {
      description: 'Where the server finds its Valkey, password included',
      secretStringValue: SecretValue.unsafePlainText(urlOf(cache, password)),
      removalPolicy,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'the password opens counters to whoever is inside the network already; a rotation restarts every task',
    });
  }

  admit(server: IConnectable): void {
    this.connections.allowFrom(server, ports, 'tasks');
  }

  private createUserGroup(password: Secret): CfnUserGroup {
    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId: shortUniqueName(this, userName),
      userName,
      passwords: [password.secretValue.unsafeUnwrap()],
      // All keys and channels; INFO is how a client learns that the server is ready.
      accessString: 'on ~* &* +@all -@admin -@dangerous +info',
    });
    const userGroup = new CfnUserGroup(this, 'Users', {
      engine: 'valkey',
      userGroupId: shortUniqueName(this, 'users'),
      userIds: [user.userId],
    });
    userGroup.addResourceDependency(user);
    return userGroup;
  }

  private createCache(
    { vpc, maxGigabytes = 1, maxEcpuPerSecond = 5000 }: ValkeyProps,
    { securityGroupId }: SecurityGroup,
    userGroup: CfnUserGroup,
  ): CfnServerlessCache {
    const hasEgress = vpc.privateSubnets.length > 0;
    const { subnetIds } = vpc.selectSubnets({
      subnetType: hasEgress ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED,
    });
    const cache = new CfnServerlessCache(this, 'Cache', {
      engine: 'valkey',
      majorEngineVersion: '8',
      serverlessCacheName: shortUniqueName(this, 'mcp'),
      description: 'What the tasks of a remote MCP server share',
      securityGroupIds: [securityGroupId],
      subnetIds,
      userGroupId: userGroup.userGroupId,
      cacheUsageLimits: {
        dataStorage: { maximum: maxGigabytes, unit: 'GB' },
        ecpuPerSecond: { maximum: maxEcpuPerSecond },
      },
    });
    cache.addResourceDependency(userGroup);
    return cache;
  }
}

const urlOf = (cache: CfnServerlessCache, password: Secret): string =>
  Fn.join('', [
    `rediss://${userName}:`,
    // Letters and digits: nothing that a URL would read differently.
    password.secretValue.unsafeUnwrap(),
    '@',
    cache.attrEndpointAddress,
    ':',
    cache.attrEndpointPort,
  ]);
