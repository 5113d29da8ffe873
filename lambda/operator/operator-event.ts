import {
  type EventContext,
  type EventDetails,
  type SecurityEvent,
  securityEvent,
} from '../../oauth/security-event.ts';
import type { OperatorAction } from './operator-request.ts';

const entityOf = ({ subject, grantId, mcpClient, tenant }: EventDetails) => {
  if (subject !== undefined) return { type: 'User', uid: subject };
  if (mcpClient) return { type: 'OAuth client', uid: mcpClient.id };
  if (tenant !== undefined) return { type: 'Tenant', uid: tenant };
  return { type: grantId === undefined ? 'User pool' : 'Grant' };
};

// OCSF 3004: 9 Disable. The catalogue's entry is 3 Update, which fits every other action.
const disable = 9;

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
  if (name === 'fault.unexpected') {
    // The user whom it is about did nothing: it stands in the evidence, not as the actor.
    const { subject, reason, evidence } = details;
    return securityEvent(name, context, {
      reason,
      evidence: { ...evidence, ...(subject && { subject }) },
    });
  }
  const activity = action === 'disable-user' ? { activity: disable } : {};
  return securityEvent(name, context, { ...details, entity: entityOf(details), ...activity });
};
