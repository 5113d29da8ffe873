import { type ChangeReach, parseChangeReach } from '../../oauth/change-reach.ts';

/** Something that clients keep a copy of is no longer what it was. Says what, never how. */
export type Change = (
  | { readonly kind: 'tools_list_changed' | 'prompts_list_changed' | 'resources_list_changed' }
  | { readonly kind: 'resource_updated'; readonly uri: string }
) & { readonly reach: ChangeReach };

const listKinds = ['tools_list_changed', 'prompts_list_changed', 'resources_list_changed'] as const;

/** Reads what another process has written; undefined for anything that is no change. */
export const parseChange = (value: unknown): Change | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, uri, reach: anything } = value as Readonly<Record<string, unknown>>;
  const reach = parseChangeReach(anything);
  if (!reach) return undefined;
  if (kind === 'resource_updated')
    return typeof uri === 'string' && uri !== '' ? { kind, uri, reach } : undefined;
  const listKind = listKinds.find((name) => name === kind);
  return listKind && { kind: listKind, reach };
};
