/** Scope → the weaker scopes that it includes, directly. May be chained; circles do no harm. */
export type ScopeHierarchy = Readonly<Record<string, readonly string[]>>;

/**
 * The scopes somebody effectively has: those granted and, transitively, all that they include.
 * Guarantees that nothing granted is lost, and that applying it twice changes nothing.
 *
 * @see MCP 2026-07-28, authorization: scope hierarchies count when sufficiency is judged
 * @example
 * effectiveScopes(['mcp:tools:execute'], { 'mcp:tools:execute': ['mcp:tools:read'] });
 * // ['mcp:tools:execute', 'mcp:tools:read']
 */
export const effectiveScopes = (
  granted: readonly string[],
  hierarchy: ScopeHierarchy,
): readonly string[] => {
  const effective = new Set(granted);
  // A Set visits what is added while it is being visited.
  for (const scope of effective)
    if (Object.hasOwn(hierarchy, scope))
      for (const included of hierarchy[scope] as readonly string[]) effective.add(included);
  return [...effective];
};
