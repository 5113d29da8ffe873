import { Stack, Token } from 'aws-cdk-lib';
import { RepositoryImage } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';
import { parseResourceIdentifier } from '../oauth/resource-identifier.ts';
import { Authorization } from './authorization/authorization.ts';
import { defaultScopes, scopeProblems, unknownScopes } from './authorization/oauth-scopes.ts';
import { Tenancy } from './authorization/tenancy.ts';
import { detectionProblems } from './detection/detection.ts';
import { edgeRegion } from './edge/web-acl.ts';
import type { SecureMcpServerProps } from './secure-mcp-server-props.ts';
import { rateLimitProblems } from './service/rate-limits.ts';

/** What can be known to be wrong before AWS is asked. Unresolved values are never looked into. */

const isKnown = <T>(value: T | undefined): value is T =>
  value !== undefined && !Token.isUnresolved(value);

const hostNameSyntax = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

const domainPartProblems = (props: SecureMcpServerProps): readonly string[] => {
  const { domainName, certificate } = props;
  const problems: string[] = [];
  if (domainName && !certificate)
    problems.push("'certificate' must be given with 'domainName', got undefined");
  for (const name of ['certificate', 'loadBalancerCertificate', 'hostedZone'] as const) {
    if (props[name] && !domainName)
      problems.push(`'domainName' must be given with '${name}', got undefined`);
  }
  return problems;
};

const domainProblems = (
  domainName: string | undefined,
  zoneName: string | undefined,
): readonly string[] => {
  if (!isKnown(domainName)) return [];
  const isHost = hostNameSyntax.test(domainName);
  if (!isHost || !parseResourceIdentifier(`https://${domainName}/mcp`).ok)
    return [
      `'domainName' must be a host name in lower case such as mcp.example.com, got ${domainName}`,
    ];
  return zoneProblems(domainName, zoneName);
};

const zoneProblems = (domainName: string, zoneName: string | undefined): readonly string[] => {
  if (!isKnown(zoneName)) return [];
  const isInside = domainName === zoneName || domainName.endsWith(`.${zoneName}`);
  return isInside ? [] : [`'domainName' must be in the hosted zone ${zoneName}, got ${domainName}`];
};

/** Of what CloudFront uses: it looks in one region only. */
const regionProblems = (
  construct: IConstruct,
  { webAcl, certificate }: SecureMcpServerProps,
): readonly string[] => {
  const problems: string[] = [];
  const { region } = Stack.of(construct);
  if (!webAcl && (Token.isUnresolved(region) || region !== edgeRegion))
    problems.push(
      `'webAcl' must be given in a stack outside ${edgeRegion}, where CloudFront's firewall cannot be made, got region ${
        Token.isUnresolved(region) ? 'unknown' : region
      }`,
    );
  for (const [name, resource] of Object.entries({ webAcl, certificate })) {
    const home = resource?.env.region;
    if (isKnown(home) && home !== edgeRegion)
      problems.push(`'${name}' must be in region ${edgeRegion}, got ${home}`);
  }
  const certificateArn = certificate?.certificateArn;
  const arnRegion = isKnown(certificateArn) ? certificateArn.split(':')[3] : edgeRegion;
  if (arnRegion !== edgeRegion && problems.length === 0)
    problems.push(`'certificate' must be in region ${edgeRegion}, got ${arnRegion}`);
  return problems;
};

const grantProblems = (props: SecureMcpServerProps): readonly string[] => {
  const scopes = props.scopes ?? defaultScopes;
  const misspelt = Object.entries(props.groupScopes ?? {}).flatMap(([group, granted]) =>
    unknownScopes(granted, scopes).map(
      (name) =>
        `'groupScopes' must name scopes of this server (${scopes.map((scope) => scope.name).join(', ')}), got ${name} for ${group}`,
    ),
  );
  return [...scopeProblems(scopes), ...misspelt];
};

const capacityProblems = ({ minTasks = 2, maxTasks = 10 }: SecureMcpServerProps) =>
  isKnown(minTasks) && isKnown(maxTasks) && !(minTasks >= 1 && maxTasks >= minTasks)
    ? [
        `'maxTasks' must be at least 'minTasks', which must be at least 1, got ${minTasks} to ${maxTasks}`,
      ]
    : [];

const originProblems = ({ allowedOrigins = [] }: SecureMcpServerProps): readonly string[] =>
  allowedOrigins
    .filter((origin) => isKnown(origin) && origin !== 'loopback')
    .filter((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)
    .map((origin) => `'allowedOrigins' must list origins or 'loopback', got ${origin}`);

const networkProblems = (
  construct: IConstruct,
  { vpc, egress, code }: SecureMcpServerProps,
): readonly string[] => {
  const problems: string[] = [];
  if (vpc && egress)
    problems.push("'egress' must not be given with 'vpc', whose routes are its own, got both");
  if (vpc && vpc.privateSubnets.length === 0)
    problems.push(
      "'vpc' must have private subnets with a way out, by which the server fetches signing keys, got none",
    );
  if (egress?.isIsolated && code?.bind(construct).image instanceof RepositoryImage)
    problems.push(
      "'code' must come from Amazon ECR with Egress.isolated(), because no other registry can be reached, got an image of another registry",
    );
  return problems;
};

/** What is wrong with settings that can be judged without knowing where the server is made. */
export const settingProblems = (
  props: SecureMcpServerProps,
  zoneName: string | undefined,
): readonly string[] => [
  ...domainProblems(props.domainName, zoneName),
  ...grantProblems(props),
  ...originProblems(props),
  ...capacityProblems(props),
  ...rateLimitProblems(props.rateLimits ?? {}),
  ...detectionProblems(props.detections),
  ...(props.sharedStore?.problems() ?? []),
  ...(props.deployment?.problems() ?? []),
  ...(props.observability?.problems() ?? []),
];

/** @throws Error that lists every problem at once */
export const checkProps = (construct: IConstruct, props: SecureMcpServerProps): void => {
  const { groupScopes, tenancy = Tenancy.off(), authorization = Authorization.broker() } = props;
  const problems = [
    ...domainPartProblems(props),
    ...regionProblems(construct, props),
    ...settingProblems(props, props.hostedZone?.zoneName),
    ...authorization.problems({ groupScopes, tenancy }),
    ...networkProblems(construct, props),
  ];
  if (problems.length > 0)
    throw new Error(`${construct.node.path} cannot be made: ${problems.join('; ')}`);
};
