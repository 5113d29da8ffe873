import { PipelineApp } from '../lib/stacks/pipeline-app.ts';
import { stages } from './stages.ts';

/**
 * The pipeline from staging to production, deployed once:
 * `npx cdk deploy --app 'node bin/pipeline.ts' Pipeline`. Edit what follows before.
 */

new PipelineApp(stages, {
  region: 'us-east-1',
  repository: 'owner/name',
  branch: 'main',
  connectionArn:
    'arn:aws:codeconnections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000',
}).synth();
