import { App, Duration, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  addConnectionOutputs,
  ExportLayout,
  Observability,
  SecureMcpServer,
  SecurityEventExport,
} from 'cdk-secure-mcp';

/** Logs encrypted with a key of one's own, and copied as Amazon Security Lake wants them. */

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const logKey = new Key(stack, 'LogKey', { enableKeyRotation: true });
const server = new SecureMcpServer(stack, 'McpServer', {
  observability: Observability.full({ logEncryptionKey: logKey }),
});

addConnectionOutputs(stack, server);

new SecurityEventExport(stack, 'Lake', {
  logGroups: server.monitoring.logGroups,
  layout: ExportLayout.securityLake(),
  encryptionKey: new Key(stack, 'ExportKey', { enableKeyRotation: true }),
  retention: Duration.days(3 * 365),
});
