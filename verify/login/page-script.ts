/**
 * What runs inside a page of a login. Each function is sent as text, so it may use nothing from
 * outside itself. They see what a person sees: what is not shown is not there.
 */

export type PageKind = 'password' | 'username' | 'code' | 'decision' | 'nothing';

export interface PageView {
  readonly kind: PageKind;
  /** Changes when the page does. */
  readonly mark: string;
  /** The first words of the page, for a sentence about it. */
  readonly words: string;
}

export const lookAtPage = (): PageView => {
  const isShown = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return width > 0 && height > 0 && style.visibility !== 'hidden' && style.opacity !== '0';
  };
  const shown = <T extends Element>(selector: string) =>
    [...document.querySelectorAll<T>(selector)].filter(isShown);
  const fields = shown<HTMLInputElement>('input').filter(
    ({ type, disabled }) => /^(text|email|password|tel|number)$/.test(type) && !disabled,
  );
  const nameOf = (field: HTMLInputElement) =>
    `${field.name} ${field.id} ${field.autocomplete} ${field.placeholder}`;
  const isCode = (field: HTMLInputElement) =>
    field.type !== 'password' && /code|otp|mfa|one.?time/i.test(nameOf(field));
  const kindOf = (): PageKind => {
    if (document.readyState !== 'complete') return 'nothing';
    if (fields.some(({ type }) => type === 'password')) return 'password';
    if (fields.some(isCode)) return 'code';
    if (fields.length > 0) return 'username';
    return shown('button, input[type=submit]').length > 0 ? 'decision' : 'nothing';
  };
  return {
    kind: kindOf(),
    mark: `${performance.timeOrigin} ${location.pathname} ${fields.map(nameOf).join()}`,
    words: document.body?.innerText.replaceAll(/\s+/g, ' ').trim().slice(0, 160) ?? '',
  };
};

export interface PageInput {
  readonly username: string;
  readonly password: string;
  readonly code: string;
  readonly decision: 'allow' | 'deny';
}

/** Types and presses what a person would. Returns whether there was something to press. */
export const usePage = (kind: PageKind, input: PageInput): boolean => {
  const isShown = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility !== 'hidden';
  };
  const fields = [...document.querySelectorAll<HTMLInputElement>('input')].filter(
    (field) => isShown(field) && /^(text|email|password|tel|number)$/.test(field.type),
  );
  // Frameworks watch the property of the element, not that of the prototype: React needs this.
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  const type = (field: HTMLInputElement | undefined, text: string) => {
    if (!field) return;
    field.focus();
    write?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const isPassword = (field: HTMLInputElement) => field.type === 'password';
  if (kind === 'code')
    type(
      fields.find((field) => !isPassword(field)),
      input.code,
    );
  if (kind === 'username' || kind === 'password')
    type(
      fields.find((field) => !isPassword(field) && !field.readOnly),
      input.username,
    );
  if (kind === 'password') type(fields.find(isPassword), input.password);
  const refusing = /\b(deny|cancel|refuse|decline|reject|no|back)\b/i;
  const agreeing =
    /\b(allow|approve|accept|authori[sz]e|agree|grant|continue|next|submit|verify|confirm|yes|(sign|log) ?in)\b/i;
  const wordsOn = (button: HTMLElement) =>
    `${button.innerText} ${button.getAttribute('value') ?? ''}`;
  const buttons = [...document.querySelectorAll<HTMLElement>('button, input[type=submit]')].filter(
    (button) => isShown(button) && !button.hasAttribute('disabled'),
  );
  const isDenial = kind === 'decision' && input.decision === 'deny';
  const acceptable = buttons.filter((button) => !refusing.test(wordsOn(button)));
  const field = kind === 'decision' ? undefined : fields[0];
  const inForm = acceptable.filter((button) => field?.closest('form')?.contains(button));
  const wanted = isDenial
    ? buttons.find((button) => refusing.test(wordsOn(button)))
    : [...inForm, ...acceptable].find((button) => agreeing.test(wordsOn(button)));
  const button = wanted ?? (isDenial ? undefined : (inForm[0] ?? acceptable[0]));
  button?.click();
  return button !== undefined;
};
