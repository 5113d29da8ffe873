/**
 * How long a metadata document may be kept. The publisher decides within bounds of ours: a vendor's
 * mistake must neither make us fetch at every sign-in nor keep a withdrawn redirect URI for a month.
 */

export const minimumLifetimeSeconds = 60;
export const maximumLifetimeSeconds = 86_400;
const lifetimeWithoutHeaders = 300;

const deltaSeconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

/** Brings a lifetime into bounds; 0 stays 0, because it means "do not keep". */
export const boundedLifetime = (seconds: number): number =>
  seconds === 0 ? 0 : Math.min(Math.max(seconds, minimumLifetimeSeconds), maximumLifetimeSeconds);

/**
 * Seconds a document may be kept: 0 for `no-store`, otherwise `max-age` less `Age`, within bounds.
 *
 * Does not read `s-maxage`, `Expires` or `Vary`, and does not revalidate: `no-cache` is the minimum.
 *
 * @see [RFC 9111 §5.2.2](https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2)
 */
export const documentLifetime = (headers: {
  readonly 'cache-control'?: string | undefined;
  readonly age?: string | undefined;
}): number => {
  const directives = (headers['cache-control'] ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  if (directives.includes('no-store')) return 0;
  if (directives.includes('no-cache')) return minimumLifetimeSeconds;
  const stated = directives.find((directive) => directive.startsWith('max-age='));
  const maxAge = deltaSeconds(stated?.slice('max-age='.length).replaceAll('"', ''));
  if (maxAge === undefined) return lifetimeWithoutHeaders;
  const remaining = maxAge - (deltaSeconds(headers.age) ?? 0);
  return boundedLifetime(Math.max(remaining, minimumLifetimeSeconds));
};
