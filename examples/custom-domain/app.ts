import { App, Stack } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { addConnectionOutputs, SecureMcpServer } from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const domainName = 'mcp.example.com';
const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
const certificate = new Certificate(stack, 'Certificate', {
  domainName,
  validation: CertificateValidation.fromDns(hostedZone),
});

const server = new SecureMcpServer(stack, 'McpServer', {
  domainName,
  hostedZone,
  certificate,
  loadBalancerCertificate: certificate,
});

addConnectionOutputs(stack, server);
