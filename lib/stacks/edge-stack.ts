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
import type { DomainConfiguration } from './stage-configuration.ts';

export interface EdgeStackProps extends StackProps {
  /** @default - CloudFront's own host name and certificate */
  readonly domain?: DomainConfiguration;
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
}
