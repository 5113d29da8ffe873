import { detectingLog } from '../../oauth/detecting-log.ts';
import { createDetector } from '../../oauth/detection.ts';
import type { DetectionSettings } from '../../oauth/detection-settings.ts';
import type { SecurityLog } from '../../oauth/security-event.ts';

/**
 * The detections of one execution environment: every event is recorded first and then looked at, at
 * once, because a function may be frozen as soon as it has answered. What an environment has counted
 * ends with it, and it sees its own share only: fleet-wide counts are queries over the log.
 */
export const watchedLog = (securityLog: SecurityLog, settings: DetectionSettings): SecurityLog =>
  detectingLog(
    { securityLog, component: 'authorization-server' },
    createDetector('broker', settings),
    (look) => {
      try {
        look();
      } catch {
        // The event is on record; a login must not fail because somebody counts it.
      }
    },
  );
