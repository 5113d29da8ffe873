import { CrossStackReferences, Duration, ReferenceStrength, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  type CfnVpcOrigin,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  VpcOrigin,
  VpcOriginEndpoint,
} from 'aws-cdk-lib/aws-cloudfront';
import { VpcOrigin as VpcOriginOfDistribution } from 'aws-cdk-lib/aws-cloudfront-origins';
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { aws_wafv2 } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import type { LoadBalancer } from '../service/load-balancer.ts';

export interface McpDistributionProps {
  readonly loadBalancer: LoadBalancer;
  /** In us-east-1, with scope CLOUDFRONT. */
  readonly webAcl: aws_wafv2.IWebACLRef;
  /** @default - CloudFront's own host name */
  readonly domainName?: string;
  /**
   * For `domainName`, in us-east-1.
   *
   * @default - CloudFront's own certificate
   */
  readonly certificate?: ICertificate;
  /**
   * Where to point `domainName` at the distribution.
   *
   * @default - no record: you point the name at the distribution yourself
   */
  readonly hostedZone?: IHostedZone;
}

/** The header in which CloudFront says who called. Only CloudFront can write it. */
export const viewerAddressHeader = 'CloudFront-Viewer-Address';

/**
 * The only public door. Guarantees: TLS, nothing cached, every header of the client forwarded,
 * answers of the origin unchanged (no error pages: a 401 keeps its `WWW-Authenticate`), security
 * headers where the origin sets none.
 */
export class McpDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: McpDistributionProps) {
    super(scope, id);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Remote MCP server',
      webAclId: props.webAcl.webAclRef.webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(props.domainName && {
        domainNames: [props.domainName],
        certificate: props.certificate,
        // Without a certificate CloudFront's own applies, and with it CloudFront's choice.
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2025,
      }),
      defaultBehavior: {
        origin: this.createOrigin(props),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        // A redirect would lose the body of a POST, and the token has been sent in the clear by then.
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: this.createOriginRequestPolicy(),
        responseHeadersPolicy: this.createResponseHeadersPolicy(),
        compress: false,
      },
    });
    // Its log is delivered in us-east-1, wherever it was made.
    CrossStackReferences.of(this.distribution).produce(ReferenceStrength.WEAK);
    this.createRecords(props);
    this.acknowledge();
  }

  private createOrigin({
    loadBalancer,
    domainName,
  }: McpDistributionProps): VpcOriginOfDistribution {
    const isHttps = loadBalancer.port === 443;
    const origin = new VpcOrigin(this, 'Origin', {
      endpoint: VpcOriginEndpoint.applicationLoadBalancer(loadBalancer.loadBalancer),
      // The default would knock at 443 also where only 80 is open.
      protocolPolicy: isHttps ? OriginProtocolPolicy.HTTPS_ONLY : OriginProtocolPolicy.HTTP_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    });
    // CloudFront refuses every update of an origin in use, even of a tag.
    (origin.node.defaultChild as CfnVpcOrigin).addPropertyDeletionOverride('Tags');
    return VpcOriginOfDistribution.withVpcOrigin(origin, {
      // The name in the certificate of the load balancer.
      ...(isHttps && { domainName }),
      // The longest silence between two packets of a stream.
      readTimeout: Duration.seconds(60),
      // Shorter than the load balancer's, or CloudFront would use a connection that is just closing.
      keepaliveTimeout: Duration.seconds(50),
      connectionTimeout: Duration.seconds(5),
      connectionAttempts: 2,
    }) as VpcOriginOfDistribution;
  }

  private createOriginRequestPolicy(): OriginRequestPolicy {
    return new OriginRequestPolicy(this, 'OriginRequests', {
      comment: 'Everything the client sent, and the address it sent it from',
      headerBehavior: OriginRequestHeaderBehavior.all(viewerAddressHeader),
      cookieBehavior: OriginRequestCookieBehavior.all(),
      queryStringBehavior: OriginRequestQueryStringBehavior.all(),
    });
  }

  private createResponseHeadersPolicy(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'ResponseHeaders', {
      comment: 'Security headers; those of the origin win where pages need their own',
      securityHeadersBehavior: {
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        // The consent page needs same-origin: under no-referrer its form would send `Origin: null`.
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: false },
        contentSecurityPolicy: {
          contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
          override: false,
        },
      },
      removeHeaders: ['Server', 'X-Powered-By'],
    });
  }

  private createRecords({ domainName, hostedZone }: McpDistributionProps): void {
    if (!domainName || !hostedZone) return;
    const record = {
      zone: hostedZone,
      // With the dot Route 53 takes it as it is, and the CDK does not append the zone's name.
      recordName: `${domainName}.`,
      target: RecordTarget.fromAlias(new CloudFrontTarget(this.distribution)),
    };
    new ARecord(this, 'Ipv4Record', record);
    new AaaaRecord(this, 'Ipv6Record', record);
  }

  private acknowledge(): void {
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'who may call is decided by tokens; users and hosted MCP clients are everywhere',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'AccessLog is standard logging v2, which the rule does not know; legacy logging would record query strings, and authorization codes travel in them',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason:
          "TLS 1.2 is the minimum wherever a domain is set; CloudFront's own host name allows no choice",
      },
    );
  }
}
