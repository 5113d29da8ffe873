import {
  type DetectionSettings,
  defaultDetectionSettings,
  parseDetectionSettings,
} from '../../oauth/detection-settings.ts';

/** How a detection counts, where the defaults of `docs/runbooks/` do not fit. */
export interface DetectionThresholds {
  /**
   * This many in the window are a finding.
   *
   * @default - the rule's own
   */
  readonly threshold?: number;
  /**
   * Seconds.
   *
   * @default - the rule's own
   */
  readonly windowSeconds?: number;
  /**
   * A share of all calls, or a multiple of the mean, for rules that have one.
   *
   * @default - the rule's own
   */
  readonly ratio?: number;
}

/**
 * What becomes of one detection. Every one notifies unless told otherwise.
 *
 * @example
 * new SecureMcpServer(stack, 'McpServer', {
 *   detections: {
 *     expired_token_storm: Detection.off(),
 *     registration_flood: Detection.notify({ threshold: 30 }),
 *     refresh_token_reuse: Detection.respond(),
 *   },
 * });
 */
export class Detection {
  /** Not computed: no finding, no alarm. */
  static off(): Detection {
    return new Detection({ mode: 'off' });
  }

  /** A finding in the log, and the alarm on it. */
  static notify(thresholds: DetectionThresholds = {}): Detection {
    return new Detection({ ...thresholds, mode: 'notify' });
  }

  /**
   * The operator function also ends the access of the user whom the finding names, within a minute.
   * Only rules whose user is vouched for by an access token or a grant can do that.
   */
  static respond(thresholds: DetectionThresholds = {}): Detection {
    return new Detection({ ...thresholds, mode: 'respond' });
  }

  /** As in the variable DETECTIONS. */
  readonly setting: { readonly mode: string } & DetectionThresholds;

  private constructor(setting: { readonly mode: string } & DetectionThresholds) {
    this.setting = setting;
  }
}

/** The value of the prop `detections`: settings by the id of the rule. */
export interface Detections {
  readonly [detection: string]: Detection;
}

const settingsOf = (detections: Detections): object =>
  Object.fromEntries(Object.entries(detections).map(([id, { setting }]) => [id, setting]));

/** What the functions would refuse at their start, said at synth. */
export const detectionProblems = (detections: Detections | undefined): readonly string[] => {
  const parsed = parseDetectionSettings(settingsOf(detections ?? {}));
  return parsed.ok ? [] : parsed.error.map((problem) => `'detections' ${problem}`);
};

/** Of every rule; what is wrong has been said by {@link detectionProblems}. */
export const detectionSettings = (detections: Detections | undefined): DetectionSettings => {
  const parsed = parseDetectionSettings(settingsOf(detections ?? {}));
  return parsed.ok ? parsed.value : defaultDetectionSettings;
};

/** The variable DETECTIONS of server, broker and operator; empty where everything is default. */
export const detectionsJson = (detections: Detections | undefined): string =>
  detections === undefined ? '' : JSON.stringify(settingsOf(detections));

/** Ids of the detections whose findings act. */
export const respondingDetections = (detections: Detections | undefined): readonly string[] =>
  Object.entries(detections ?? {})
    .filter(([, { setting }]) => setting.mode === 'respond')
    .map(([id]) => id)
    .sort();
