import type { EventClass } from './event-catalogue.ts';
import type { EventContext, EventDetails } from './event-details.ts';
import type { Principal } from './principal.ts';
import { printable, printableText } from './printable.ts';

/** Who did it and to what, in OCSF's objects. */

type User = {
  readonly uid: string;
  readonly type_id: number;
  readonly groups?: readonly { readonly name: string }[];
};

// OCSF user.type_id: 0 unknown, 1 user, 3 system. An anonymous caller still needs a user in 3002.
const userTypeOf = ({ principal, subject }: EventDetails): number => {
  if (principal?.isMachine) return 3;
  return principal || subject ? 1 : 0;
};

export const userOf = (details: EventDetails): User => ({
  uid: printable(details.principal?.subject ?? details.subject ?? 'anonymous'),
  type_id: userTypeOf(details),
});

const groupLimit = 10;

const groupsOf = ({ groups }: Principal) =>
  groups.slice(0, groupLimit).map((name) => ({ name: printable(name, 64) }));

const actingUserOf = (eventClass: EventClass, details: EventDetails): User | undefined => {
  const { principal, subject } = details;
  if (principal?.groups.length) return { ...userOf(details), groups: groupsOf(principal) };
  // What an operator or a registration is about is the entity, not the one who acts.
  const isActing = principal || (subject !== undefined && eventClass !== 'entityManagement');
  return isActing ? userOf(details) : undefined;
};

const sessionOf = ({ privacy }: EventContext, { principal, originTokenId }: EventDetails) => {
  const origin = principal?.originTokenId ?? originTokenId;
  const pseudonym = privacy?.pseudonym;
  if (!principal && (origin === undefined || !pseudonym)) return undefined;
  return {
    ...(principal && pseudonym && { uid: pseudonym(principal.tokenId) }),
    ...(origin !== undefined && pseudonym && { uid_alt: pseudonym(origin) }),
    ...(principal && {
      issuer: printable(principal.issuer, 256),
      expiration_time: principal.expiresAt * 1000,
    }),
  };
};

/** Whoever acts, as far as known: client, user and sign-in. */
export const actorOf = (
  eventClass: EventClass,
  context: EventContext,
  details: EventDetails,
): object | undefined => {
  const { mcpClient, principal } = details;
  const actor: Record<string, unknown> = {};
  const clientId = mcpClient?.id ?? principal?.clientId;
  if (clientId !== undefined) actor.app_uid = printable(clientId, 256);
  if (mcpClient?.name) actor.app_name = printable(mcpClient.name);
  const user = actingUserOf(eventClass, details);
  if (user) actor.user = user;
  const session = sessionOf(context, details);
  if (session) actor.session = session;
  for (const _ in actor) return actor;
  return undefined;
};

export const entityOf = ({ mcpClient, entity }: EventDetails): object => {
  if (entity)
    return entity.uid === undefined
      ? { type: entity.type, name: entity.type }
      : { type: entity.type, uid: printable(entity.uid) };
  return {
    type: 'OAuth client',
    uid: mcpClient ? printable(mcpClient.id, 256) : 'unknown',
    ...(mcpClient?.name && { name: printable(mcpClient.name) }),
  };
};

const resourceTypes = { tools: 'tool', prompts: 'prompt', resources: 'resource' } as const;

/** The tool, prompt or resource that a call named. A resource's query can carry data: it stays out. */
export const resourceOf = ({
  operation = '',
  target,
}: EventDetails): { readonly type: string; readonly name: string } | undefined => {
  if (!target) return undefined;
  const family = operation.slice(0, Math.max(0, operation.indexOf('/')));
  const type = Object.hasOwn(resourceTypes, family)
    ? resourceTypes[family as keyof typeof resourceTypes]
    : 'other';
  return { type, name: printableText(target) };
};
