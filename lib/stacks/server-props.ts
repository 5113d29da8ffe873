import { RemovalPolicy } from 'aws-cdk-lib';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Authorization } from '../authorization/authorization.ts';
import { ClientRegistration } from '../authorization/client-registration.ts';
import { Tenancy } from '../authorization/tenancy.ts';
import { Observability } from '../observability/observability.ts';
import type { SecureMcpServerProps } from '../secure-mcp-server-props.ts';
import { Egress } from '../service/egress.ts';
import type { StageConfiguration } from './stage-configuration.ts';

const mfaOf = { required: Mfa.REQUIRED, optional: Mfa.OPTIONAL } as const;

export const removalPolicyOf = ({ isDisposable }: StageConfiguration): RemovalPolicy =>
  isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

const egressOf = ({ egress, natGateways }: StageConfiguration): Egress => {
  switch (egress) {
    case 'isolated':
      return Egress.isolated();
    case 'nat-instance':
      return Egress.natInstance();
    default:
      return Egress.natGateway(natGateways);
  }
};

const authorizationOf = ({ mfa, clientDocuments, isDisposable }: StageConfiguration) =>
  Authorization.broker({
    mfa: mfaOf[mfa ?? 'required'],
    clientRegistration: clientDocuments
      ? ClientRegistration.metadataDocuments(clientDocuments)
      : ClientRegistration.open(),
    protectLoginPage: !isDisposable,
  });

export const observabilityOf = ({ alarms, alarmEmail }: StageConfiguration): Observability => {
  const options = { notifyEmail: alarmEmail };
  if (alarms === 'none') return Observability.logsOnly();
  return alarms === 'essential' ? Observability.essential(options) : Observability.full(options);
};

/** A stage's configuration in the construct's own terms. */
export const serverProps = (configuration: StageConfiguration): SecureMcpServerProps => {
  const { productName, scopes, groupScopes, tenants } = configuration;
  const { minTasks, maxTasks, useSpot } = configuration;
  return {
    productName,
    scopes,
    groupScopes,
    minTasks,
    maxTasks,
    useSpot,
    egress: egressOf(configuration),
    authorization: authorizationOf(configuration),
    tenancy: tenants ? Tenancy.required(tenants) : Tenancy.off(),
    observability: observabilityOf(configuration),
    logRetention: configuration.isDisposable ? RetentionDays.ONE_MONTH : RetentionDays.ONE_YEAR,
    removalPolicy: removalPolicyOf(configuration),
  };
};
