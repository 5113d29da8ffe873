/** Reads the forms of a simple page. Runs no script: a page that needs one cannot be walked. */

export interface FormField {
  readonly name: string;
  /** `hidden`, `password`, `text`, … */
  readonly type: string;
  readonly value: string;
}

export interface FormButton {
  readonly name: string;
  readonly value: string;
  readonly label: string;
}

export interface HtmlForm {
  readonly action: URL;
  readonly method: 'GET' | 'POST';
  readonly fields: readonly FormField[];
  readonly buttons: readonly FormButton[];
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

const decodeEntities = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, dec, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const point = dec === undefined ? Number.parseInt(hex, 16) : Number(dec);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });

const attribute = (tag: string, name: string): string | undefined => {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(
    tag,
  );
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? undefined : decodeEntities(value);
};

const textOf = (html: string): string =>
  decodeEntities(html.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();

const inputsOf = (html: string): readonly (FormField & { readonly tag: string })[] =>
  [...html.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => ({
    tag,
    name: attribute(tag, 'name') ?? '',
    type: (attribute(tag, 'type') ?? 'text').toLowerCase(),
    value: attribute(tag, 'value') ?? '',
  }));

const unsentTypes = new Set(['checkbox', 'radio', 'submit', 'button', 'reset', 'image', 'file']);

const buttonsOf = (html: string): readonly FormButton[] => [
  ...[...html.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)]
    .filter(([, open = '']) => (attribute(open, 'type') ?? 'submit').toLowerCase() === 'submit')
    .map(([, open = '', content = '']) => ({
      name: attribute(open, 'name') ?? '',
      value: attribute(open, 'value') ?? '',
      label: textOf(content),
    })),
  ...inputsOf(html)
    .filter(({ type }) => type === 'submit')
    .map(({ name, value }) => ({ name, value, label: value })),
];

/** Every form of a page, in order. */
export const formsOf = (html: string, pageUrl: URL): readonly HtmlForm[] =>
  [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, open = '', content = '']) => ({
    action: new URL(attribute(open, 'action') || pageUrl.href, pageUrl),
    method: (attribute(open, 'method') ?? 'get').toUpperCase() === 'POST' ? 'POST' : 'GET',
    fields: inputsOf(content)
      .filter(({ name, type }) => name !== '' && !unsentTypes.has(type))
      .map(({ name, type, value }) => ({ name, type, value })),
    buttons: buttonsOf(content),
  }));

/** The visible words of a page, shortened, for a sentence about it. */
export const wordsOf = (html: string): string =>
  textOf(html.replaceAll(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, ' ')).slice(0, 160);

export const titleOf = (html: string): string =>
  textOf(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? '').slice(0, 80);
