import type { CostItem } from './cost-item.ts';
import { hoursPerMonth } from './price-table.ts';
import { numberOf, recordsIn, referenced, type TemplateResource } from './template.ts';

/** How many tasks a service has when nobody calls, and what they cost. */

const leastTasks = (service: TemplateResource): number => {
  const target = service.siblings.find(
    ({ type, properties }) =>
      type === 'AWS::ApplicationAutoScaling::ScalableTarget' &&
      properties.ServiceNamespace === 'ecs' &&
      JSON.stringify(properties.ResourceId).includes(service.logicalId),
  );
  return target ? numberOf(target, 'MinCapacity') : numberOf(service, 'DesiredCount');
};

/** Of so many tasks, how many run on spare capacity. */
const spotTasks = ({ properties }: TemplateResource, tasks: number): number => {
  const strategy = recordsIn(properties.CapacityProviderStrategy).map((entry) => ({
    isSpot: entry.CapacityProvider === 'FARGATE_SPOT',
    base: Number(entry.Base ?? 0),
    weight: Number(entry.Weight ?? 0),
  }));
  const base = strategy.reduce((sum, entry) => sum + entry.base, 0);
  const weight = strategy.reduce((sum, entry) => sum + entry.weight, 0);
  const beyond = Math.max(0, tasks - base);
  return strategy
    .filter(({ isSpot }) => isSpot)
    .reduce(
      (sum, entry) =>
        sum + Math.min(entry.base, tasks) + (weight > 0 ? (beyond * entry.weight) / weight : 0),
      0,
    );
};

const mebibytesPerGigabyte = 1024;
const unitsPerVcpu = 1024;

export const serviceCost = (service: TemplateResource): readonly CostItem[] => {
  const task = referenced(service, service.properties.TaskDefinition);
  if (!task) throw new Error(`'${service.logicalId}' must have its task definition beside it`);
  const tasks = leastTasks(service);
  const spot = spotTasks(service, tasks);
  const vcpuHours = (numberOf(task, 'Cpu') / unitsPerVcpu) * hoursPerMonth;
  const gbHours = (numberOf(task, 'Memory') / mebibytesPerGigabyte) * hoursPerMonth;
  const label = `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;
  return [
    { label, price: 'fargateVcpuHour', quantity: (tasks - spot) * vcpuHours },
    { label, price: 'fargateGbHour', quantity: (tasks - spot) * gbHours },
    { label, price: 'fargateSpotVcpuHour', quantity: spot * vcpuHours },
    { label, price: 'fargateSpotGbHour', quantity: spot * gbHours },
  ];
};
