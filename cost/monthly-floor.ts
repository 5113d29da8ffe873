import { type CostItem, summed } from './cost-item.ts';
import { isFree } from './free-resources.ts';
import { hoursPerMonth } from './price-table.ts';
import { resourceCosts } from './resource-costs.ts';
import { numberOf, recordOf, recordsIn, resourcesOf, type TemplateResource } from './template.ts';

/** What a deployment costs in a month without a single call. */

const bytesPerGb = 1e9;
const mebibytesPerGigabyte = 1024;
const linesPerMonth = hoursPerMonth * 60;

/** What `server/metrics.ts` writes every minute also when nobody calls. */
const idleMetrics = [
  'OpenCalls',
  'LogLinesDropped',
  'EventLoopDelay',
  'Calls_allowed',
  'Calls_unauthenticated',
  'Refusals_malformed',
  'Refusals_signature_invalid',
].length;
const idleLineBytes = 700;

const hasMetrics = ({ type, properties }: TemplateResource): boolean =>
  type === 'AWS::ECS::TaskDefinition' &&
  recordsIn(properties.ContainerDefinitions)
    .flatMap(({ Environment }) => recordsIn(Environment))
    .some(({ Name, Value }) => Name === 'METRICS_NAMESPACE' && Value !== '');

/** Metrics are in the log, not in the template: what an idle server publishes all the same. */
const publishedMetrics = (resources: readonly TemplateResource[]): readonly CostItem[] =>
  resources.filter(hasMetrics).flatMap(() => [
    { label: 'metrics', price: 'customMetricMonth' as const, quantity: idleMetrics },
    {
      label: 'log of idle tasks',
      price: 'logIngestGb' as const,
      quantity: (linesPerMonth * idleLineBytes) / bytesPerGb,
    },
  ]);

/** Every type that nobody has priced, once. */
const unknownTypes = (templates: readonly unknown[]): readonly string[] => {
  const types = templates.flatMap(resourcesOf).map(({ type }) => type);
  return [...new Set(types)]
    .filter((type) => !Object.hasOwn(resourceCosts, type) && !isFree(type))
    .sort();
};

/**
 * One item for each thing that is paid for by time. Guarantees: every resource of the templates was
 * looked at. Does not count traffic, active users, taxes and support, nor the image in the registry
 * (cents).
 *
 * @param templates of all stacks of one deployment
 * @throws Error for a type that is in no table, or a value that only CloudFormation knows
 */
export const monthlyFloor = (templates: readonly unknown[]): readonly CostItem[] => {
  const unknown = unknownTypes(templates);
  if (unknown.length > 0)
    throw new Error(
      `'cost' must know the price of every resource type, got ${unknown.join(', ')}: add it to resource-costs.ts or free-resources.ts`,
    );
  const resources = templates.flatMap(resourcesOf);
  const items = resources.flatMap((resource) => resourceCosts[resource.type]?.(resource) ?? []);
  return summed([...items, ...publishedMetrics(resources)]);
};

export const hasNatGateway = (templates: readonly unknown[]): boolean =>
  templates.flatMap(resourcesOf).some(({ type }) => type === 'AWS::EC2::NatGateway');

const isBroker = ({ type, properties }: TemplateResource): boolean =>
  type === 'AWS::Lambda::Function' &&
  Object.hasOwn(recordOf(recordOf(properties.Environment).Variables), 'UPSTREAM_CLIENT_ID');

/** Memory of the authorization server, 0 where there is none. */
export const brokerGb = (templates: readonly unknown[]): number => {
  const broker = templates.flatMap(resourcesOf).find(isBroker);
  return broker ? numberOf(broker, 'MemorySize') / mebibytesPerGigabyte : 0;
};

/** The longest that a log of this deployment is kept, in months. */
export const logRetentionMonths = (templates: readonly unknown[]): number => {
  const days = templates
    .flatMap(resourcesOf)
    .filter(({ type }) => type === 'AWS::Logs::LogGroup')
    .map(({ properties }) => Number(recordOf(properties).RetentionInDays ?? 0));
  return Math.max(...days, 0) / 30;
};
