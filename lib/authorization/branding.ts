/** How the consent page looks, beside the product's name. */
export interface Branding {
  /**
   * Of buttons and links, as `#rrggbb`.
   *
   * @default - one that is readable on the light and the dark page
   */
  readonly accentColor?: string;
  /**
   * An image that browsers fetch from there.
   *
   * @default - none
   */
  readonly logoUrl?: string;
  /**
   * Where users find help.
   *
   * @default - no link
   */
  readonly supportUrl?: string;
}

/** What is wrong with it, in words; empty if all is well. */
export const brandingProblems = ({ accentColor, ...urls }: Branding): readonly string[] => [
  ...(accentColor === undefined || /^#[0-9a-fA-F]{6}$/.test(accentColor)
    ? []
    : [`'branding.accentColor' must be a colour such as #0b57d0, got ${accentColor}`]),
  ...Object.entries(urls)
    .filter(([, url]) => url !== undefined)
    .filter(([, url]) => !URL.canParse(String(url)) || !String(url).startsWith('https://'))
    .map(([name, url]) => `'branding.${name}' must be an https URL, got ${url}`),
];
