import { subjectReach, tenantReach } from '../../oauth/change-reach.ts';
import type { Principal } from '../../oauth/principal.ts';
import type { Change } from './change.ts';

/** Whom a handler tells: everybody of the caller's tenant, or the caller's own clients alone. */
export type NotifierReach = 'tenant' | 'subject';

/**
 * Tells clients that listen (`subscriptions/listen`, MCP 2026-07-28) what has changed, in every
 * process. Reaches the caller's tenant unless told to reach less; where there is no tenancy, the
 * caller alone. Never anybody else, whatever they listen to.
 *
 * Does not wait and does not promise delivery: clients read anew when they connect anew.
 */
export interface Notifier {
  readonly toolsChanged: (reach?: NotifierReach) => void;
  readonly promptsChanged: (reach?: NotifierReach) => void;
  readonly resourcesChanged: (reach?: NotifierReach) => void;
  /** Reaches those who listen to exactly this URI. */
  readonly resourceUpdated: (uri: string, reach?: NotifierReach) => void;
}

/** What the caller's handler may tell, and to whom. */
export const notifierOf = (principal: Principal, publish: (change: Change) => void): Notifier => {
  const reachOf = (reach: NotifierReach = 'tenant') =>
    reach === 'tenant' ? tenantReach(principal) : subjectReach(principal);
  return {
    toolsChanged: (reach) => publish({ kind: 'tools_list_changed', reach: reachOf(reach) }),
    promptsChanged: (reach) => publish({ kind: 'prompts_list_changed', reach: reachOf(reach) }),
    resourcesChanged: (reach) => publish({ kind: 'resources_list_changed', reach: reachOf(reach) }),
    resourceUpdated: (uri, reach) =>
      publish({ kind: 'resource_updated', uri, reach: reachOf(reach) }),
  };
};
