import { SecureMcpApp } from '../lib/stacks/secure-mcp-app.ts';
import { stages } from './stages.ts';

/** The CDK app: `cdk deploy 'Development/*'`. What is deployed is said in stages.ts. */

new SecureMcpApp(stages).synth();
