import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { toolMetricLimit } from '../../oauth/metric.ts';
import { type AlarmThresholds, thresholdProblems } from './alarm-thresholds.ts';

export interface ObservabilityOptions {
  /**
   * Told by every alarm.
   *
   * @default - a new topic for `notifyEmail`, else nobody is told
   */
  readonly alarmTopic?: ITopic;
  /**
   * Told when something cannot wait until the morning.
   *
   * @default - `alarmTopic`
   */
  readonly pageTopic?: ITopic;
  /**
   * Gets every alarm by mail, through a topic with a key of its own for 1 USD a month.
   *
   * @default - no mail
   */
  readonly notifyEmail?: string;
  /**
   * Where the runbooks of this package, or your own of the same names, are found on the web.
   *
   * @default - alarms name the path in this package
   */
  readonly runbookUrl?: string;
  /** @default - see {@link AlarmThresholds} */
  readonly thresholds?: AlarmThresholds;
  /**
   * Tools with a metric of their own, at most six, for 0.30 USD each and month.
   *
   * @default - none; the query `slowest-tools` shows all of them
   */
  readonly toolMetrics?: readonly string[];
  /**
   * Encrypts the logs with security events.
   *
   * @default - keys of the log service
   */
  readonly logEncryptionKey?: IKey;
}

/** Which alarms there are: `full`, those that cost nothing, or none. */
export type AlarmCoverage = 'full' | 'essential' | 'none';

/** What watches the server. Security events, their saved queries and metrics are there in any case. */
export class Observability {
  /**
   * An alarm for every detection and everything that breaks, one that stands for all urgent ones, and
   * a dashboard: about 4 USD a month.
   */
  static full(options: ObservabilityOptions = {}): Observability {
    return new Observability('full', options);
  }

  /**
   * What nobody may miss, within CloudWatch's free tier of ten alarms: errors, silence, keys, and one
   * alarm for all security events of severity high and critical. No dashboard.
   */
  static essential(options: ObservabilityOptions = {}): Observability {
    return new Observability('essential', options);
  }

  /** Nobody is told anything: for servers that something else watches. */
  static logsOnly(
    options: Pick<ObservabilityOptions, 'logEncryptionKey' | 'toolMetrics'> = {},
  ): Observability {
    return new Observability('none', options);
  }

  readonly coverage: AlarmCoverage;
  readonly options: ObservabilityOptions;

  private constructor(coverage: AlarmCoverage, options: ObservabilityOptions) {
    this.coverage = coverage;
    this.options = options;
  }

  /** What is wrong with it, in words; empty if all is well. */
  problems(): readonly string[] {
    const { alarmTopic, notifyEmail, toolMetrics = [], thresholds = {}, runbookUrl } = this.options;
    const problems = thresholdProblems(thresholds).map((problem) => `'observability': ${problem}`);
    if (alarmTopic && notifyEmail)
      problems.push(
        "'observability' must have 'alarmTopic' or 'notifyEmail', got both: subscribe the address to the topic",
      );
    if (notifyEmail !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(notifyEmail))
      problems.push(
        `'observability' must have a mail address as 'notifyEmail', got ${notifyEmail}`,
      );
    if (toolMetrics.length > toolMetricLimit)
      problems.push(
        `'observability' must have at most ${toolMetricLimit} 'toolMetrics', because each is billed, got ${toolMetrics.length}`,
      );
    if (runbookUrl?.endsWith('/'))
      problems.push(
        `'observability' must have a 'runbookUrl' without a slash at its end, got ${runbookUrl}`,
      );
    return problems;
  }
}
