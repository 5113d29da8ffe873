import { Duration } from 'aws-cdk-lib';
import { DeploymentStrategy, type FargateServiceProps } from 'aws-cdk-lib/aws-ecs';

export interface CanaryOptions {
  /**
   * Share of the calls that the new version gets first.
   *
   * @default 10
   */
  readonly percent?: number;
  /**
   * How long it is watched before it gets the rest, and how long the old version stays after that.
   *
   * @default Duration.minutes(10)
   */
  readonly bakeTime?: Duration;
}

type Settings = Pick<
  FargateServiceProps,
  'deploymentStrategy' | 'canaryConfiguration' | 'bakeTime'
>;

/**
 * How a new version takes over. Either way it is taken back when it does not become healthy or when
 * more than five in a hundred calls fail.
 */
export class Deployment {
  /** Task by task. Both versions serve for a few minutes. */
  static rolling(): Deployment {
    return new Deployment([], undefined);
  }

  /**
   * A share of the calls first. ECS then changes the load balancer's rule by itself: leave the rule
   * as it is, because CloudFormation would send everybody to the idle half when it writes it anew.
   * Scales on CPU only, because requests are counted for one half.
   */
  static canary(options: CanaryOptions = {}): Deployment {
    const { percent = 10, bakeTime = Duration.minutes(10) } = options;
    const isPercent = percent >= 0.1 && percent < 100;
    // CloudFormation gives up on a deployment after 36 hours.
    const isDuration = bakeTime.toMinutes() >= 1 && bakeTime.toMinutes() <= 1440;
    const problems = [
      ...(isPercent ? [] : [`'percent' must be from 0.1 to less than 100, got ${percent}`]),
      ...(isDuration
        ? []
        : [`'bakeTime' must be from a minute to a day, got ${bakeTime.toHumanString()}`]),
    ];
    return new Deployment(problems, {
      deploymentStrategy: DeploymentStrategy.CANARY,
      canaryConfiguration: { stepPercent: percent, stepBakeTime: bakeTime },
      // ECS would keep the old version for a day and a half.
      bakeTime,
    });
  }

  /** For the service. Absent with a rolling deployment. */
  readonly canarySettings?: Settings;
  readonly #problems: readonly string[];

  private constructor(problems: readonly string[], canarySettings: Settings | undefined) {
    this.#problems = problems;
    this.canarySettings = canarySettings;
  }

  /** What is wrong with it, in words; empty if all is well. */
  problems(): readonly string[] {
    return this.#problems;
  }
}
