import { App, type AppProps } from 'aws-cdk-lib';
import { parseStages } from './parse-stages.ts';
import { SecureMcpStage } from './secure-mcp-stage.ts';

/** One deployment per stage that is configured. */
export class SecureMcpApp extends App {
  /**
   * @param stages what `bin/stages.ts` says; checked here
   * @throws Error that lists every problem with the stages
   */
  constructor(stages: unknown, props?: AppProps) {
    super(props);
    const { development, staging, production } = parseStages(stages);
    if (development) new SecureMcpStage(this, 'Development', development);
    if (staging) new SecureMcpStage(this, 'Staging', staging);
    if (production) new SecureMcpStage(this, 'Production', production);
  }
}
