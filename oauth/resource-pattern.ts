import { err, ok, type Result } from './result.ts';

/**
 * Which MCP resource URIs a rule is about. The syntax is the part of RFC 6570 that can be matched
 * in one pass: `{name}` is one path segment or a part of it, `{+name}` at the end is all the rest.
 */
export interface ResourcePattern {
  /** As it was written, which is also how a template is named in a completion. */
  readonly source: string;
  /** Names of the variables, in order. */
  readonly variables: readonly string[];
  /** Values of the variables as they stand in the URI, undecoded; undefined when it is another's. */
  readonly match: (uri: string) => Readonly<Record<string, string>> | undefined;
}

/** Longer URIs are refused wherever they turn up. */
export const maxResourceUriLength = 8192;

const expression = /\{(\+?)([A-Za-z0-9_]+)\}/g;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** What would make matching ambiguous or slow. */
const problemOf = (source: string): string | undefined => {
  const rest = source.replaceAll(expression, '');
  if (/[{}]/.test(rest)) return 'may only use {name} and {+name}';
  if (rest === '' || source.length > maxResourceUriLength) return 'is empty or too long';
  if (/\{\+\w+\}./s.test(source)) return 'may use {+name} at its end only';
  if (source.split('/').some((segment) => (segment.match(expression) ?? []).length > 1))
    return 'may use one variable in a path segment';
  const names = [...source.matchAll(expression)].map(([, , name]) => name);
  return new Set(names).size === names.length ? undefined : 'uses a variable twice';
};

/**
 * Compiles a pattern. Guarantees that matching takes time linear in the length of the URI.
 * Does not normalise: {@link spellingsOf} says which spellings of a URI have to be looked at.
 *
 * @see [RFC 6570](https://www.rfc-editor.org/rfc/rfc6570)
 */
export const resourcePattern = (source: string): Result<ResourcePattern, string> => {
  const problem = problemOf(source);
  if (problem) return err(`the URI pattern ${JSON.stringify(source)} ${problem}`);
  const matches = [...source.matchAll(expression)];
  const variables = matches.map(([, , name]) => name as string);
  const literals = source.split(/\{\+?[A-Za-z0-9_]+\}/);
  // At least as wide as the SDK's matching: a URI that a server would serve must not slip by.
  const groups = matches.map(([, operator]) => (operator === '+' ? '([^]+)' : '([^/]+)'));
  const text = literals.map((literal, index) => escaped(literal) + (groups[index] ?? '')).join('');
  const regExp = new RegExp(`^${text}$`);
  return ok({
    source,
    variables,
    match: (uri) => {
      const values = uri.length > maxResourceUriLength ? null : regExp.exec(uri);
      if (!values) return undefined;
      return Object.fromEntries(
        variables.map((name, index) => [name, values[index + 1] as string]),
      );
    },
  });
};

const decodedRun = (run: string): string => {
  const bytes = run
    .slice(1)
    .split('%')
    .map((hex) => Number.parseInt(hex, 16));
  return new TextDecoder().decode(new Uint8Array(bytes));
};

// As lenient as any server: one broken escape must not keep the others from being looked at.
const decoded = (text: string): string => text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, decodedRun);

const normalised = (text: string): string => (URL.canParse(text) ? new URL(text).href : text);

/**
 * Every spelling under which a server may understand a URI: as sent, without dot segments (the MCP
 * SDK resolves them before it looks a resource up), and percent-decoded. All of them have to pass,
 * or `notes:///acme/../evil` would be read as one tenant's and served as another's.
 */
export const spellingsOf = (uri: string): readonly string[] => {
  const plain = decoded(normalised(uri));
  return [...new Set([uri, normalised(uri), plain, normalised(plain)])];
};
