import { readFileSync } from 'node:fs';
import { Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { describe, expect, it } from 'vitest';
import { SecureMcpServer } from '../../../lib/index.ts';
import { aServer, aStack, resourcesOf } from '../../support/synth.ts';

const theOnly = (template: Template, type: string) => {
  const found = resourcesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0]?.Properties ?? {};
};

const withDomain = () => {
  const stack = aStack();
  const certificate = Certificate.fromCertificateArn(
    stack,
    'Certificate',
    'arn:aws:acm:us-east-1:111122223333:certificate/a',
  );
  new SecureMcpServer(stack, 'McpServer', {
    domainName: 'mcp.example.com',
    certificate,
    loadBalancerCertificate: certificate,
    hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123456789',
      zoneName: 'example.com',
    }),
  });
  return Template.fromStack(stack);
};

describe('the distribution', () => {
  const template = aServer().template();
  const { DistributionConfig: config } = theOnly(template, 'AWS::CloudFront::Distribution');

  it('caches nothing and has one behaviour, because every answer is for one caller', () => {
    // The managed policy CachingDisabled.
    expect(config.DefaultCacheBehavior.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(config.CacheBehaviors).toBeUndefined();
    expect(config.DefaultCacheBehavior.Compress).toBe(false);
  });

  it('forwards what the client sent and who it was, because the server decides by both', () => {
    const policy = theOnly(template, 'AWS::CloudFront::OriginRequestPolicy');
    expect(policy.OriginRequestPolicyConfig).toMatchObject({
      HeadersConfig: {
        HeaderBehavior: 'allViewerAndWhitelistCloudFront',
        Headers: ['CloudFront-Viewer-Address'],
      },
      CookiesConfig: { CookieBehavior: 'all' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    });
  });

  it('replaces no error, because a 401 without its WWW-Authenticate ends discovery', () => {
    expect(config.CustomErrorResponses).toBeUndefined();
  });

  it('refuses plain http instead of redirecting, because a redirected POST has lost its body', () => {
    expect(config.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('https-only');
  });

  it('leaves page policies to the origin, because the consent form needs its own referrer policy', () => {
    const { ResponseHeadersPolicyConfig: headers } = theOnly(
      template,
      'AWS::CloudFront::ResponseHeadersPolicy',
    );
    expect(headers.SecurityHeadersConfig).toMatchObject({
      ReferrerPolicy: { Override: false },
      ContentSecurityPolicy: { Override: false },
      StrictTransportSecurity: { Override: true, AccessControlMaxAgeSec: 31_536_000 },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
    });
    expect(headers.CustomHeadersConfig).toBeUndefined();
  });

  it('is protected by the web ACL', () => {
    expect(JSON.stringify(config.WebACLId)).toContain('WebAcl');
  });

  it('lets go of a connection before the load balancer does, and that before the server, because a 502 follows otherwise', () => {
    const keepAlive = config.Origins[0].VpcOriginConfig.OriginKeepaliveTimeout;
    const attributes = theOnly(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    const idle = attributes.LoadBalancerAttributes.find(
      ({ Key }: { Key: string }) => Key === 'idle_timeout.timeout_seconds',
    );
    const listener = readFileSync(new URL('../../../server/listener.ts', import.meta.url), 'utf8');
    const server = Number(
      /keepAliveTimeout: ([\d_]+)/.exec(listener)?.[1]?.replaceAll('_', '') ?? 0,
    );
    expect(keepAlive).toBeLessThan(Number(idle.Value));
    expect(Number(idle.Value) * 1000).toBeLessThan(server);
  });

  it('reaches the load balancer on the port it listens on, because the default would be 443', () => {
    const origin = theOnly(template, 'AWS::CloudFront::VpcOrigin').VpcOriginEndpointConfig;
    expect(origin.OriginProtocolPolicy).toBe('http-only');
    expect(theOnly(template, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({
      Port: 80,
      Protocol: 'HTTP',
    });
  });

  it('never tags the VPC origin, because CloudFront refuses every update of one in use', () => {
    const { stack, template: synthesised } = aServer();
    Tags.of(stack).add('team', 'mcp');
    expect(theOnly(synthesised(), 'AWS::CloudFront::VpcOrigin').Tags).toBeUndefined();
  });
});

describe('the distribution with a domain', () => {
  const template = withDomain();
  const { DistributionConfig: config } = theOnly(template, 'AWS::CloudFront::Distribution');

  it('takes TLS 1.2 or newer only, because with a certificate of ours it is our choice', () => {
    expect(config.ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2025');
    expect(config.Aliases).toEqual(['mcp.example.com']);
  });

  it('speaks https to the load balancer under the name in its certificate', () => {
    expect(config.Origins[0].DomainName).toBe('mcp.example.com');
    expect(
      theOnly(template, 'AWS::CloudFront::VpcOrigin').VpcOriginEndpointConfig.OriginProtocolPolicy,
    ).toBe('https-only');
    expect(theOnly(template, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({
      Port: 443,
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    });
  });

  it('has records for both kinds of addresses', () => {
    const records = resourcesOf(template, 'AWS::Route53::RecordSet').map(
      ({ Properties }) => `${Properties.Type} ${Properties.Name}`,
    );
    expect(records.sort()).toEqual(['A mcp.example.com.', 'AAAA mcp.example.com.']);
  });

  it('is what everything else calls itself, because tokens are bound to the name', () => {
    const server = theOnly(template, 'AWS::Cognito::UserPoolResourceServer');
    expect(server.Identifier).toBe('https://mcp.example.com/mcp');
    expect(server.Name).toBe('MCP server');
  });
});
