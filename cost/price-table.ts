/**
 * List prices of us-east-1 in US dollars, before tax. Each row says where it is published and when it
 * was last compared with something published. Other regions cost more, by a tenth to a third.
 */

export interface Price {
  readonly usd: number;
  /** What one of it is. */
  readonly unit: string;
  /** How much of it every account has for nothing each month, for ever. @default 0 */
  readonly free?: number;
  readonly source: string;
  /** Year and month. */
  readonly asOf: string;
  readonly note?: string;
}

const page = (path: string): string => `https://aws.amazon.com/${path}/pricing/`;

const fargate = { source: page('fargate'), asOf: '2026-03' } as const;
const loadBalancing = { source: page('elasticloadbalancing'), asOf: '2025-08' } as const;
const vpc = { source: page('vpc'), asOf: '2025-08' } as const;
const ec2 = { source: 'https://aws.amazon.com/ec2/pricing/on-demand/', asOf: '2025-08' } as const;
const waf = { source: page('waf'), asOf: '2026-03' } as const;
const cloudWatch = { source: page('cloudwatch'), asOf: '2026-02' } as const;
const cloudFront = { source: page('cloudfront'), asOf: '2025-11' } as const;
const cognito = { source: page('cognito'), asOf: '2025-05' } as const;
const lambda = { source: page('lambda'), asOf: '2025-08' } as const;
const dynamoDb = { source: page('dynamodb'), asOf: '2025-07' } as const;
const elastiCache = { source: page('elasticache'), asOf: '2026-06' } as const;
const secrets = { source: page('secrets-manager'), asOf: '2025-08' } as const;
const kms = { source: page('kms'), asOf: '2025-08' } as const;
const firehose = { source: page('firehose'), asOf: '2025-08' } as const;

export const prices = {
  fargateVcpuHour: { usd: 0.03238, unit: 'vCPU-hour, ARM', ...fargate },
  fargateGbHour: { usd: 0.00356, unit: 'GB-hour, ARM', ...fargate },
  fargateSpotVcpuHour: {
    usd: 0.01619,
    unit: 'vCPU-hour, ARM, spare capacity',
    note: 'changes with demand, up to 70 % below the list price; half of it is assumed',
    ...fargate,
  },
  fargateSpotGbHour: {
    usd: 0.00178,
    unit: 'GB-hour, ARM, spare capacity',
    note: 'as above',
    ...fargate,
  },
  loadBalancerHour: { usd: 0.0225, unit: 'load balancer hour', ...loadBalancing },
  loadBalancerCapacityHour: { usd: 0.008, unit: 'LCU-hour', ...loadBalancing },
  natGatewayHour: { usd: 0.045, unit: 'NAT gateway hour', ...vpc },
  natGatewayGb: { usd: 0.045, unit: 'GB through a NAT gateway', ...vpc },
  publicAddressHour: { usd: 0.005, unit: 'public IPv4 address hour', ...vpc },
  interfaceEndpointHour: { usd: 0.01, unit: 'interface endpoint hour and zone', ...vpc },
  t4gNanoHour: { usd: 0.0042, unit: 't4g.nano hour', ...ec2 },
  volumeGbMonth: { usd: 0.08, unit: 'GB-month of gp3 volume', ...ec2 },
  webAclMonth: { usd: 5, unit: 'web ACL month', ...waf },
  webAclRuleMonth: {
    usd: 1,
    unit: 'rule or managed rule group month',
    note: 'capacity above 1,500 units costs extra and is not counted',
    ...waf,
  },
  webAclMillionRequests: { usd: 0.6, unit: 'million requests inspected', ...waf },
  alarmMetricMonth: { usd: 0.1, unit: 'metric of an alarm, month', free: 10, ...cloudWatch },
  queryAlarmMetricMonth: { usd: 0.1, unit: 'metric of a query alarm, month', ...cloudWatch },
  compositeAlarmMonth: { usd: 0.5, unit: 'composite alarm month', ...cloudWatch },
  logAlarmMonth: {
    usd: 0.1,
    unit: 'log alarm month',
    note: 'no price was found: that of a query alarm is assumed; what its query reads is 0.005 USD per GB',
    ...cloudWatch,
  },
  dashboardMonth: { usd: 3, unit: 'dashboard month', free: 3, ...cloudWatch },
  customMetricMonth: { usd: 0.3, unit: 'custom metric month', free: 10, ...cloudWatch },
  logIngestGb: { usd: 0.5, unit: 'GB of log', free: 5, ...cloudWatch },
  logStorageGbMonth: {
    usd: 0.03,
    unit: 'GB-month of stored log',
    note: 'stored compressed, to about 15 %',
    ...cloudWatch,
  },
  secretMonth: { usd: 0.4, unit: 'secret month', ...secrets },
  keyMonth: { usd: 1, unit: 'customer managed key month', ...kms },
  cdnMillionRequests: { usd: 1, unit: 'million HTTPS requests', free: 10, ...cloudFront },
  cdnGbOut: { usd: 0.085, unit: 'GB to viewers', free: 1000, ...cloudFront },
  activeUserMonth: {
    usd: 0.015,
    unit: 'active user month, Essentials',
    free: 10_000,
    note: 'federated users: 50 are free',
    ...cognito,
  },
  machineClientMonth: { usd: 6, unit: 'app client for machines, month', ...cognito },
  machineThousandTokens: { usd: 2.25, unit: 'thousand tokens for machines', ...cognito },
  lambdaMillionRequests: { usd: 0.2, unit: 'million invocations', free: 1, ...lambda },
  lambdaGbSecond: { usd: 0.0000133334, unit: 'GB-second, ARM', free: 400_000, ...lambda },
  tableMillionWrites: { usd: 0.625, unit: 'million writes of 1 KB', ...dynamoDb },
  tableMillionReads: { usd: 0.125, unit: 'million reads of 4 KB', ...dynamoDb },
  valkeyGbHour: { usd: 0.084, unit: 'GB-hour of Valkey Serverless', ...elastiCache },
  valkeyMillionUnits: { usd: 0.0023, unit: 'million ECPU', ...elastiCache },
  firehoseGb: { usd: 0.029, unit: 'GB through Firehose', ...firehose },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;

/** AWS's own average. */
export const hoursPerMonth = 730;
