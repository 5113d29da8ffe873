import type { McpReference } from './mcp-operation.ts';
import { maxResourceUriLength, type ResourcePattern, spellingsOf } from './resource-pattern.ts';

/** What a tool, prompt or resource demands of its caller. All parts must be met. */
export interface AccessRule {
  /** All of these, on top of those of the method. */
  readonly scopes?: readonly string[];
  /** One of these groups. */
  readonly groups?: readonly string[];
  /** Callers of these tenants only. */
  readonly tenants?: readonly string[];
}

export interface NamedRule extends AccessRule {
  /** The argument that names a tenant: it must be the caller's. */
  readonly tenantArgument?: string;
}

export interface ResourceRule extends AccessRule {
  readonly pattern: ResourcePattern;
  /** The variable of the pattern that names a tenant: it must be the caller's. */
  readonly tenantVariable?: string;
}

/** A rule together with the values that it may have to check. */
interface AppliedRule {
  readonly rule: AccessRule;
  readonly tenantName?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

interface Rules {
  readonly tools: Readonly<Record<string, NamedRule>>;
  readonly prompts: Readonly<Record<string, NamedRule>>;
  readonly resources: readonly ResourceRule[];
}

interface Applied {
  readonly rules: readonly AppliedRule[];
  /** Whether a rule is about this at all. */
  readonly isListed: boolean;
}

const unlisted: Applied = { rules: [], isListed: false };

const namedRule = (
  reference: McpReference,
  rules: Readonly<Record<string, NamedRule>>,
): Applied => {
  const { name, arguments: values } = reference;
  // `constructor` is a legal tool name and must not find Object.prototype.
  if (!Object.hasOwn(rules, name)) return unlisted;
  const rule = rules[name] as NamedRule;
  return { rules: [{ rule, values, tenantName: rule.tenantArgument }], isListed: true };
};

const templateRules = (reference: McpReference, resources: readonly ResourceRule[]): Applied => {
  const { name, arguments: values } = reference;
  const rules = resources.flatMap((rule) => {
    const { pattern, tenantVariable: tenantName } = rule;
    if (pattern.source === name) return [{ rule, values, tenantName }];
    // A template inside a wider pattern. A variable of it is nobody's tenant, so that is refused.
    const inPattern = pattern.match(name);
    return inPattern ? [{ rule, values: inPattern, tenantName }] : [];
  });
  return { rules, isListed: rules.length > 0 };
};

const resourceRules = (uri: string, resources: readonly ResourceRule[]): Applied => {
  if (uri.length > maxResourceUriLength) return unlisted;
  const bySpelling = spellingsOf(uri).map((spelling) =>
    resources.flatMap((rule) => {
      const values = rule.pattern.match(spelling);
      return values ? [{ rule, values, tenantName: rule.tenantVariable }] : [];
    }),
  );
  return {
    rules: bySpelling.flat(),
    isListed: bySpelling.every((rules) => rules.length > 0),
  };
};

/** The rules that apply to what a message names. */
export const rulesOf = (reference: McpReference, rules: Rules): Applied => {
  switch (reference.kind) {
    case 'tool':
      return namedRule(reference, rules.tools);
    case 'prompt':
      return namedRule(reference, rules.prompts);
    case 'template':
      return templateRules(reference, rules.resources);
    case 'resource':
      return resourceRules(reference.name, rules.resources);
  }
};
