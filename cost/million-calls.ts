import { type CostItem, summed } from './cost-item.ts';

/** What a million calls add, and what is taken for granted about them. */

export interface Traffic {
  /** Bytes of an answer, as they leave CloudFront. */
  readonly answerBytes: number;
  /** Bytes of a request. */
  readonly requestBytes: number;
  /** One security event a call; `test/cost` compares it with a real one. */
  readonly securityLogBytes: number;
  /** One line in CloudFront's log. */
  readonly accessLogBytes: number;
  /** CPU of a call without the tool's own work, with room: `npm run bench` measures a third. */
  readonly cpuMilliseconds: number;
  /** Share of a task's CPU at which another task is started. */
  readonly targetUtilization: number;
  /** A sign-in costs eight requests to the broker, six writes and six reads. */
  readonly signIns: number;
  /** An hourly refresh costs one request to the broker, two writes and two reads. */
  readonly refreshes: number;
}

/** A person who makes a hundred calls an hour all day signs in once and refreshes every hour. */
export const ordinaryTraffic: Traffic = {
  answerBytes: 5000,
  requestBytes: 1500,
  securityLogBytes: 1100,
  accessLogBytes: 450,
  cpuMilliseconds: 1,
  targetUtilization: 0.6,
  signIns: 1000,
  refreshes: 10_000,
};

export interface Deployment {
  readonly hasNatGateway: boolean;
  readonly logRetentionMonths: number;
}

const million = 1e6;
const bytesPerGb = 1e9;
const millisecondsPerHour = 3_600_000;
/** CloudWatch stores logs compressed. */
const storedShare = 0.15;
const lambdaSeconds = 0.05;
const lambdaGb = 0.25;

const gigabytes = (bytesPerCall: number): number => (bytesPerCall * million) / bytesPerGb;

const brokerItems = ({ signIns, refreshes }: Traffic): readonly CostItem[] => {
  const invocations = signIns * 8 + refreshes + signIns + refreshes;
  const accesses = signIns * 6 + refreshes * 2;
  const label = 'sign-ins and refreshes';
  return [
    { label, price: 'lambdaMillionRequests', quantity: invocations / million },
    { label, price: 'lambdaGbSecond', quantity: invocations * lambdaSeconds * lambdaGb },
    { label, price: 'tableMillionWrites', quantity: accesses / million },
    { label, price: 'tableMillionReads', quantity: accesses / million },
  ];
};

/**
 * One item for each thing that a million ordinary calls add. Guarantees: list prices, no allowance
 * taken off. Does not count the work of your tools, active users beyond the free ones, and attacks:
 * a request that the firewall refuses costs what is said for it, and nothing behind.
 */
export const millionCalls = (
  { hasNatGateway, logRetentionMonths }: Deployment,
  traffic: Traffic = ordinaryTraffic,
): readonly CostItem[] => {
  const log = gigabytes(traffic.securityLogBytes);
  const transferred = gigabytes(traffic.answerBytes + traffic.requestBytes);
  const vcpuHours =
    (traffic.cpuMilliseconds * million) / millisecondsPerHour / traffic.targetUtilization;
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
    ...brokerItems(traffic),
  ]);
};
