import {
  CrossStackReferences,
  ReferenceStrength,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
} from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { McpWebAcl } from '../edge/web-acl.ts';
import { AlarmTopic } from '../observability/alarm-topic.ts';
import { Alarms } from '../observability/alarms.ts';
import { blockedRequestsAlarm } from '../observability/blocked-requests-alarm.ts';
import type { Observability } from '../observability/observability.ts';
import type { DomainConfiguration } from './stage-configuration.ts';

export interface EdgeStackProps extends StackProps {
  /** @default - CloudFront's own host name and certificate */
  readonly domain?: DomainConfiguration;
  /** @default - nothing is watched */
  readonly observability?: Observability;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** What CloudFront takes from us-east-1 only, wherever the server is. */
export class EdgeStack extends Stack {
  readonly webAcl: McpWebAcl;
  readonly certificate?: ICertificate;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    this.webAcl = new McpWebAcl(this, 'WebAcl', {
      logRemovalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    if (props.observability) this.watch(props.observability);
    if (!props.domain) return;
    const certificate = new Certificate(this, 'Certificate', {
      domainName: props.domain.name,
      validation: CertificateValidation.fromDns(
        HostedZone.fromHostedZoneAttributes(this, 'Zone', props.domain),
      ),
    });
    CrossStackReferences.of(certificate).produce(ReferenceStrength.WEAK);
    this.certificate = certificate;
  }

  /** The firewall's metrics are here only, and alarms cannot be told elsewhere. */
  private watch({ coverage, options }: Observability): void {
    if (coverage !== 'full') return;
    const { notifyEmail: email, runbookUrl, thresholds } = options;
    new Alarms(this, 'Alarms', {
      alarms: [blockedRequestsAlarm(this.webAcl.metricName, thresholds?.blockedRequests)],
      alarmTopic: email === undefined ? undefined : new AlarmTopic(this, 'Topic', { email }).topic,
      runbookUrl,
      hasPage: false,
    });
  }
}
