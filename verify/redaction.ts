/** What a report may show: everything but secrets. */

export interface Secrets {
  /** Remembers a value that no output may contain. */
  readonly keep: (value: string | undefined) => void;
  readonly redact: (text: string) => string;
}

const placeholder = '[redacted]';

// Shorter ones would turn ordinary words into holes, and are no secrets worth the name.
const minLength = 6;

// Three base64url parts: a JWT, whoever it belongs to. Five: a JWE.
const compactToken = /\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*(?:\.[\w-]+\.[\w-]+)?/g;
const parameter =
  /\b(code|access_token|refresh_token|id_token|client_secret|password|code_verifier|token|assertion)=[^\s&\\"'<>]+/gi;
const header = /\b(bearer|basic)\s+(?!realm|scope|error|resource_metadata)[\w.~+/=-]{20,}/gi;

const spellings = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
];

export const createSecrets = (): Secrets => {
  const known = new Set<string>();
  return {
    keep: (value) => {
      if (value === undefined || value.length < minLength) return;
      for (const spelling of spellings(value)) known.add(spelling);
    },
    redact: (text) => {
      let result = text;
      // Longest first: a secret may be a part of another one.
      for (const secret of [...known].sort((a, b) => b.length - a.length))
        result = result.replaceAll(secret, placeholder);
      return result
        .replaceAll(compactToken, placeholder)
        .replaceAll(parameter, `$1=${placeholder}`)
        .replaceAll(header, `$1 ${placeholder}`);
    },
  };
};
