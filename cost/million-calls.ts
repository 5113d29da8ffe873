import { type CostItem, summed } from './cost-item.ts';

/** What a million calls add, and what is taken for granted about them. */

export interface Traffic {
  /** Bytes of an answer, as they leave CloudFront. */
  readonly answerBytes: number;
  /** Bytes of a request. */
  readonly requestBytes: number;
  /** One line in CloudFront's log. */
  readonly accessLogBytes: number;
  /** Share of a task's CPU at which another task is started. */
  readonly targetUtilization: number;
  /** How much slower Fargate's core may be, and how many calls come after a rest: nobody measured it. */
  readonly slownessOfCores: number;
  readonly signIns: number;
  /** Once an hour. */
  readonly refreshes: number;
  /** How long the broker and the trigger are billed for one invocation. Most of it is waiting. */
  readonly lambdaSeconds: number;
}

/** A person who makes a hundred calls an hour all day signs in once and refreshes every hour. */
export const ordinaryTraffic: Traffic = {
  answerBytes: 5000,
  requestBytes: 1500,
  accessLogBytes: 450,
  targetUtilization: 0.6,
  slownessOfCores: 3,
  signIns: 1000,
  refreshes: 10_000,
  lambdaSeconds: 0.05,
};

/** What `npm run bench` has measured. A test fails when its last run says something else. */
export interface MeasuredWork {
  /** One security event a call. */
  readonly securityLogBytes: number;
  /** CPU of a call without the tool's own work. */
  readonly cpuMilliseconds: number;
  readonly signIn: BrokerWork;
  readonly refresh: BrokerWork;
}

interface BrokerWork {
  readonly requests: number;
  readonly writes: number;
  readonly reads: number;
}

export const measuredWork: MeasuredWork = {
  securityLogBytes: 1120,
  cpuMilliseconds: 0.085,
  signIn: { requests: 6, writes: 3, reads: 1 },
  refresh: { requests: 1, writes: 1, reads: 1 },
};

export interface Deployment {
  readonly hasNatGateway: boolean;
  readonly logRetentionMonths: number;
  /** Memory of the broker, in GB; none where another server issues the tokens. */
  readonly brokerGb: number;
}

const million = 1e6;
const bytesPerGb = 1e9;
const millisecondsPerHour = 3_600_000;
/** CloudWatch stores logs compressed. */
const storedShare = 0.15;
/** Of the trigger that Cognito calls for every token. */
const triggerGb = 0.25;

const gigabytes = (bytesPerCall: number): number => (bytesPerCall * million) / bytesPerGb;

const brokerItems = (brokerGb: number, traffic: Traffic): readonly CostItem[] => {
  const { signIns, refreshes, lambdaSeconds } = traffic;
  const { signIn, refresh } = measuredWork;
  const sum = (of: (work: BrokerWork) => number) => signIns * of(signIn) + refreshes * of(refresh);
  const requests = sum((work) => work.requests);
  const triggers = signIns + refreshes;
  const gbSeconds = (requests * brokerGb + triggers * triggerGb) * lambdaSeconds;
  const label = 'sign-ins and refreshes';
  return [
    { label, price: 'lambdaMillionRequests', quantity: (requests + triggers) / million },
    { label, price: 'lambdaGbSecond', quantity: gbSeconds },
    { label, price: 'tableMillionWrites', quantity: sum(({ writes }) => writes) / million },
    { label, price: 'tableMillionReads', quantity: sum(({ reads }) => reads) / million },
  ];
};

/**
 * One item for each thing that a million ordinary calls add. Guarantees: list prices, no allowance
 * taken off. Does not count the work of your tools, active users beyond the free ones, and attacks:
 * a request that the firewall refuses costs what is said for it, and nothing behind.
 */
export const millionCalls = (
  { hasNatGateway, logRetentionMonths, brokerGb }: Deployment,
  traffic: Traffic = ordinaryTraffic,
): readonly CostItem[] => {
  const log = gigabytes(measuredWork.securityLogBytes);
  const transferred = gigabytes(traffic.answerBytes + traffic.requestBytes);
  const cpuMilliseconds = measuredWork.cpuMilliseconds * traffic.slownessOfCores;
  const vcpuHours = (cpuMilliseconds * million) / millisecondsPerHour / traffic.targetUtilization;
  const stored = (log + gigabytes(traffic.accessLogBytes)) * storedShare * logRetentionMonths;
  return summed([
    { label: 'CloudFront requests', price: 'cdnMillionRequests', quantity: 1 },
    { label: 'CloudFront traffic', price: 'cdnGbOut', quantity: gigabytes(traffic.answerBytes) },
    { label: 'firewall', price: 'webAclMillionRequests', quantity: 1 },
    { label: 'security log', price: 'logIngestGb', quantity: log },
    { label: 'access log', price: 'logIngestGb', quantity: gigabytes(traffic.accessLogBytes) },
    { label: 'logs, while they are kept', price: 'logStorageGbMonth', quantity: stored },
    // A capacity unit is a gigabyte an hour.
    { label: 'load balancer', price: 'loadBalancerCapacityHour', quantity: transferred },
    { label: 'NAT gateway', price: 'natGatewayGb', quantity: hasNatGateway ? log : 0 },
    { label: 'further tasks', price: 'fargateVcpuHour', quantity: vcpuHours },
    { label: 'further tasks', price: 'fargateGbHour', quantity: vcpuHours * 2 },
    ...(brokerGb > 0 ? brokerItems(brokerGb, traffic) : []),
  ]);
};
