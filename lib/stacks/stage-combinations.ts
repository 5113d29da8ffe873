import { Tenancy } from '../authorization/tenancy.ts';
import { settingProblems } from '../secure-mcp-server-problems.ts';
import { authorizationOf, serverProps } from './server-props.ts';
import type { StageConfiguration, StageName } from './stage-configuration.ts';

/** What is wrong with settings that are fine one by one. */

type Setting = keyof StageConfiguration;

/** Settings that mean something with one choice only. */
const belongsTo: Readonly<
  Record<NonNullable<StageConfiguration['authorization']>, readonly Setting[]>
> = {
  broker: [
    ...(['clientDocuments', 'preRegisteredClients', 'identityProviders', 'userPool'] as const),
    ...(['mfa', 'groupScopes', 'tenants', 'verifiedBy', 'testUser'] as const),
  ],
  direct: [
    ...(['directClients', 'identityProviders', 'userPool', 'mfa'] as const),
    ...(['groupScopes', 'tenants', 'verifiedBy'] as const),
  ],
  external: ['issuers', 'requiresTenant'],
};

const needed = { broker: [], direct: ['directClients'], external: ['issuers'] } as const;

const authorizationProblems = (stage: StageConfiguration): readonly string[] => {
  const { authorization = 'broker' } = stage;
  const own = belongsTo[authorization];
  const others = new Set(Object.values(belongsTo).flat());
  const misplaced = [...others].filter((name) => !own.includes(name) && stage[name] !== undefined);
  const missing = needed[authorization].filter((name) => stage[name] === undefined);
  return [
    ...misplaced.map(
      (name) => `'${name}' must be left out with authorization ${authorization}, got one`,
    ),
    ...missing.map(
      (name) => `'${name}' must be given with authorization ${authorization}, got none`,
    ),
    ...(stage.clientDocuments && stage.preRegisteredClients
      ? ["'preRegisteredClients' must be left out with clientDocuments, got both"]
      : []),
    ...(stage.userPool && stage.mfa
      ? ["'mfa' must be left out with userPool, which has its own, got both"]
      : []),
  ];
};

const protocolProblems = ({ identityProviders = [] }: StageConfiguration): readonly string[] =>
  identityProviders.flatMap((provider, index) => {
    const { issuerUrl, clientId, clientSecretName, metadataUrl } = provider;
    const oidc = [issuerUrl, clientId, clientSecretName].filter((value) => value !== undefined);
    const isOne = metadataUrl === undefined ? oidc.length === 3 : oidc.length === 0;
    return isOne
      ? []
      : [
          `'identityProviders[${index}]' must have issuerUrl, clientId and clientSecretName (OpenID Connect) or metadataUrl alone (SAML), got ${Object.keys(provider).join(', ')}`,
        ];
  });

const networkProblems = (stage: StageConfiguration): readonly string[] => {
  const { vpc, egress = 'nat-gateway', natGateways } = stage;
  const problems: string[] = [];
  if (vpc && stage.egress)
    problems.push("'egress' must be left out with vpc, whose routes are its own, got both");
  if ((vpc || egress !== 'nat-gateway') && natGateways !== undefined)
    problems.push(
      `'natGateways' must be left out with ${vpc ? 'vpc' : egress}, got ${natGateways}`,
    );
  const zones = vpc?.availabilityZones.length;
  const subnets = vpc?.privateSubnetIds.length;
  if (vpc && (zones !== subnets || (zones ?? 0) < 2))
    problems.push(
      `'vpc' must have one private subnet in each of at least two zones, got ${subnets} in ${zones}`,
    );
  return problems;
};

const purposeProblems = (name: StageName, stage: StageConfiguration): readonly string[] => {
  const problems: string[] = [];
  if (stage.testUser === true && stage.verifiedBy === undefined)
    problems.push(
      "'verifiedBy' must be set with testUser, because nobody could use it, got undefined",
    );
  if (stage.alarms === 'none' && stage.alarmEmail !== undefined)
    problems.push(`'alarmEmail' must be left out without alarms, got "${stage.alarmEmail}"`);
  for (const setting of ['testUser', 'isDisposable'] as const) {
    if (name === 'production' && stage[setting] === true)
      problems.push(`'${setting}' must be false, because production has users, got true`);
  }
  return problems;
};

/** The construct's own rules, in the words of the configuration. */
const constructProblems = (stage: StageConfiguration): readonly string[] => {
  const { domain, groupScopes } = stage;
  const props = serverProps(stage);
  return [
    ...settingProblems({ ...props, domainName: domain?.name }, domain?.zoneName),
    ...authorizationOf(stage).problems({ groupScopes, tenancy: props.tenancy ?? Tenancy.off() }),
  ].map((problem) =>
    problem
      .replace(/^'clientRegistration'/, "'preRegisteredClients'")
      .replace(/^'authorization'/, "'issuers'")
      .replace(/^'tenancy'/, "'tenants'")
      .replace(/^'domainName'/, "'domain.name'"),
  );
};

/** Of a stage whose settings have the right form. */
export const combinationProblems = (
  name: StageName,
  stage: StageConfiguration,
): readonly string[] => {
  const own = [
    ...authorizationProblems(stage),
    ...protocolProblems(stage),
    ...networkProblems(stage),
    ...purposeProblems(name, stage),
  ];
  // The construct would repeat them in its words.
  return own.length > 0 ? own : constructProblems(stage);
};
