import {
  type EventContext,
  type EventDetails,
  type SecurityEvent,
  securityEvent,
} from '../../oauth/security-event.ts';
import type { OperatorAction } from './operator-request.ts';

const entityOf = ({ subject, grantId }: EventDetails) => {
  if (subject !== undefined) return { type: 'User', uid: subject };
  return grantId === undefined ? { type: 'User pool' } : { type: 'Grant', uid: grantId };
};

// OCSF 3004: 9 Disable. The catalogue's entry is 3 Update, which fits every other action.
const disable = { activity_id: 9, type_uid: 300_409 };

/**
 * The security event of one invocation. What an operator manages is a user or a grant, not an OAuth
 * client; who the operator is stands in CloudTrail, under the same correlation id.
 */
export const operatorEvent = (
  name: 'operator.acted' | 'operator.refused' | 'fault.unexpected',
  context: EventContext,
  details: EventDetails,
  action?: OperatorAction,
): SecurityEvent => {
  const event = securityEvent(name, context, details);
  if (name === 'fault.unexpected') return event;
  return { ...event, entity: entityOf(details), ...(action === 'disable-user' && disable) };
};
