import type { NamedRule } from '../../oauth/access-rule.ts';

/** What tools or prompts declare, in the form the access policy takes. Throws on a repeated name. */
export const rulesByName = (
  kind: 'tool' | 'prompt',
  declared: readonly { readonly name: string; readonly rule: NamedRule }[],
): Readonly<Record<string, NamedRule>> => {
  const names = declared.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw new Error(`there must be one ${kind} of each name, got two of '${repeated}'`);
  return Object.fromEntries(declared.map(({ name, rule }) => [name, rule]));
};
