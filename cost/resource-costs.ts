import type { CostItem } from './cost-item.ts';
import { serviceCost } from './fargate.ts';
import { hoursPerMonth } from './price-table.ts';
import { recordOf, recordsIn, type TemplateResource } from './template.ts';

/** What a resource costs in a month in which nobody uses it, by type. */

type CostOf = (resource: TemplateResource) => readonly CostItem[];

const monthly =
  (label: string, price: CostItem['price'], quantity = 1): CostOf =>
  () => [{ label, price, quantity }];

const hourly = (label: string, price: CostItem['price']): CostOf =>
  monthly(label, price, hoursPerMonth);

/** Rule groups without a fee of their own. The others cost more than a rule. */
const freeRuleGroups = [
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesAnonymousIpList',
  'AWSManagedRulesSQLiRuleSet',
  'AWSManagedRulesLinuxRuleSet',
  'AWSManagedRulesUnixRuleSet',
  'AWSManagedRulesAdminProtectionRuleSet',
];

const webAcl: CostOf = ({ logicalId, properties }) => {
  const rules = recordsIn(properties.Rules);
  for (const { Statement } of rules) {
    const { Name: name } = recordOf(recordOf(Statement).ManagedRuleGroupStatement);
    if (name !== undefined && !freeRuleGroups.includes(String(name)))
      throw new Error(`'${logicalId}' must use rule groups whose price is known, got ${name}`);
  }
  const label =
    properties.Scope === 'CLOUDFRONT' ? 'firewall of the edge' : 'firewall of the login page';
  return [
    { label, price: 'webAclMonth', quantity: 1 },
    { label, price: 'webAclRuleMonth', quantity: rules.length },
  ];
};

const endpoint: CostOf = ({ properties }) => {
  // Gateway endpoints are free.
  if (properties.VpcEndpointType !== 'Interface') return [];
  const zones = Array.isArray(properties.SubnetIds) ? properties.SubnetIds.length : 1;
  const quantity = zones * hoursPerMonth;
  return [{ label: 'interface endpoints', price: 'interfaceEndpointHour', quantity }];
};

/** Size of Amazon Linux's root volume where the template names none. */
const defaultVolumeGb = 8;

const instance: CostOf = ({ logicalId, properties }) => {
  if (properties.InstanceType !== 't4g.nano')
    throw new Error(
      `'${logicalId}' must have an instance type whose price is known, got ${properties.InstanceType}`,
    );
  const label = 'NAT instance';
  const hasAddress = recordsIn(properties.NetworkInterfaces).some(
    ({ AssociatePublicIpAddress }) => AssociatePublicIpAddress === true,
  );
  const volumes = recordsIn(properties.BlockDeviceMappings).map(({ Ebs }) =>
    Number(recordOf(Ebs).VolumeSize ?? defaultVolumeGb),
  );
  const gigabytes = volumes.reduce((sum, size) => sum + size, 0) || defaultVolumeGb;
  return [
    { label, price: 't4gNanoHour', quantity: hoursPerMonth },
    { label, price: 'publicAddressHour', quantity: hasAddress ? hoursPerMonth : 0 },
    { label, price: 'volumeGbMonth', quantity: gigabytes },
  ];
};

const alarm: CostOf = ({ properties }) => {
  const metrics = recordsIn(properties.Metrics);
  const expressions = metrics.map(({ Expression }) => String(Expression ?? ''));
  // A band is two more metrics beside the one it is drawn around.
  const bands = expressions.filter((text) => text.includes('ANOMALY_DETECTION_BAND')).length * 2;
  const isQuery = expressions.some((text) => /^\s*SELECT\b/i.test(text));
  const listed = metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  return [
    {
      label: 'alarms',
      price: isQuery ? 'queryAlarmMetricMonth' : 'alarmMetricMonth',
      quantity: Math.max(1, listed) + bands,
    },
  ];
};

/** Without a default a filter publishes only what it finds, and costs nothing until then. */
const metricFilter: CostOf = ({ properties }) => {
  const published = recordsIn(properties.MetricTransformations).filter(
    ({ DefaultValue }) => DefaultValue !== undefined,
  );
  return [{ label: 'metrics', price: 'customMetricMonth', quantity: published.length }];
};

const userPoolClient: CostOf = ({ properties }) => {
  const flows: unknown = properties.AllowedOAuthFlows;
  const isMachine = Array.isArray(flows) && flows.includes('client_credentials');
  return isMachine
    ? [{ label: 'clients for machines', price: 'machineClientMonth', quantity: 1 }]
    : [];
};

const cluster: CostOf = ({ logicalId, properties }) => {
  for (const { Name, Value } of recordsIn(properties.ClusterSettings))
    if (Name === 'containerInsights' && Value !== 'disabled')
      throw new Error(`'${logicalId}' must have Container Insights off to be priced, got ${Value}`);
  return [];
};

/** What Valkey Serverless meters for an empty cache. */
const emptyCacheGb = 0.1;

const cache: CostOf = ({ logicalId, properties }) => {
  if (properties.Engine !== 'valkey')
    throw new Error(`'${logicalId}' must be Valkey to be priced, got ${properties.Engine}`);
  const quantity = emptyCacheGb * hoursPerMonth;
  return [{ label: 'shared store', price: 'valkeyGbHour', quantity }];
};

export const resourceCosts: Readonly<Record<string, CostOf>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': monthly('alarms', 'compositeAlarmMonth'),
  'AWS::CloudWatch::LogAlarm': monthly('alarms', 'logAlarmMonth'),
  'AWS::CloudWatch::Dashboard': monthly('dashboards', 'dashboardMonth'),
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::EC2::EIP': hourly('public addresses', 'publicAddressHour'),
  'AWS::EC2::Instance': instance,
  'AWS::EC2::NatGateway': hourly('NAT gateways', 'natGatewayHour'),
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::Service': serviceCost,
  'AWS::ElastiCache::ServerlessCache': cache,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': hourly('load balancer', 'loadBalancerHour'),
  'AWS::KMS::Key': monthly('keys', 'keyMonth'),
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::SecretsManager::Secret': monthly('secrets', 'secretMonth'),
  'AWS::WAFv2::WebACL': webAcl,
};
