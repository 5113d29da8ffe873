import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { addConnectionOutputs, Observability, SecureMcpServer } from 'cdk-secure-mcp';

/** Everything stays in CloudWatch: logs for two years, alarms by mail, some limits of one's own. */

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const server = new SecureMcpServer(stack, 'McpServer', {
  logRetention: RetentionDays.TWO_YEARS,
  observability: Observability.full({
    notifyEmail: 'security@example.com',
    runbookUrl: 'https://wiki.example.com/mcp/runbooks',
    // Tools here read large documents: ten seconds are no reason to look.
    thresholds: { callDuration: 10_000 },
    toolMetrics: ['search_documents', 'read_document'],
  }),
});

addConnectionOutputs(stack, server);

// What the server counts is there for alarms and dashboards of one's own.
server
  .metricRefusals('scope_insufficient')
  .createAlarm(stack, 'ManyStepUps', { threshold: 500, evaluationPeriods: 3 });
