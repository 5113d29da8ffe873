import type { Evidence } from './rejection.ts';

// Control characters forge log lines; bidirectional overrides forge what a person reads in them;
// lone surrogates are no text at all.
const unsafeCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
// Nearly everything that is logged: worth a test that costs a tenth of the replacement.
const plainText = /^[\x20-\x7e]*$/;

/** Makes text that a caller chose fit for a log line: no control characters, at most `limit` long. */
export const printable = (text: string, limit = 128): string => {
  const short = text.length > limit ? text.slice(0, limit) : text;
  return plainText.test(short) ? short : short.replaceAll(unsafeCharacters, '\ufffd');
};

/** A URL that a caller chose, without what can carry a secret: user information, query, fragment. */
const printableUrl = (url: string, limit = 256): string => {
  const [bare = ''] = url.split(/[?#]/, 1);
  return printable(bare.replace(/\/\/[^/]*@/, '//'), limit);
};

const listLimit = 20;
const startsLikeUrl = /^[a-z][a-z0-9+.-]*:/i;
// Names of tools, mostly: not worth two more expressions.
const plainName = /^[\w-]{1,128}$/;

/** As {@link printable}; of a URL without its query. Redirect URIs and resources come with tokens in theirs. */
export const printableText = (text: string): string => {
  if (plainName.test(text)) return text;
  return startsLikeUrl.test(text) ? printableUrl(text, 128) : printable(text);
};

/**
 * Evidence as it may stand in a log line. Of what looks like a URL the query stays out. Numbers and
 * truth values stay as they are.
 */
export const printableEvidence = (evidence: Evidence): Evidence =>
  Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => {
      if (typeof value === 'string') return [name, printableText(value)];
      if (typeof value === 'object') return [name, value.slice(0, listLimit).map(printableText)];
      return [name, value];
    }),
  );
