import type { FormButton, FormField, HtmlForm } from './html-form.ts';

/** Decides what a person would type and press. */

export interface Person {
  readonly username: string;
  readonly password: string;
  readonly decision: 'allow' | 'deny';
}

const refusing = /\b(deny|cancel|refuse|decline|reject|no|back)\b/i;
const agreeing =
  /\b(allow|approve|accept|authori[sz]e|agree|grant|continue|next|submit|yes|(sign|log) ?in)\b/i;

const wordsOn = ({ label, name, value }: FormButton): string => `${label} ${name} ${value}`;

const buttonFor = (form: HtmlForm, decision: Person['decision']): FormButton | undefined => {
  const [only, ...others] = form.buttons;
  if (decision === 'deny') return form.buttons.find((button) => refusing.test(button.label));
  if (others.length === 0) return only;
  const acceptable = form.buttons.filter((button) => !refusing.test(button.label));
  return acceptable.find((button) => agreeing.test(wordsOn(button))) ?? acceptable[0];
};

const isForUsername = ({ name, type }: FormField): boolean =>
  type === 'email' || (type === 'text' && /user|mail|login|identifier|name/i.test(name));

const typed = (field: FormField, person: Person): string => {
  if (field.type === 'password') return person.password;
  return isForUsername(field) ? person.username : field.value;
};

const hasPassword = (form: HtmlForm): boolean =>
  form.fields.some(({ type }) => type === 'password');

export const isLoginForm = (form: HtmlForm): boolean =>
  hasPassword(form) || form.fields.some(isForUsername);

/** The form that a person would use: the one that asks for a password, else one that asks to agree. */
export const formToUse = (forms: readonly HtmlForm[]): HtmlForm | undefined =>
  forms.find(hasPassword) ??
  forms.find(isLoginForm) ??
  forms.find((form) => form.buttons.some((button) => agreeing.test(wordsOn(button)))) ??
  forms[0];

/** Undefined when there is no such button: a page without "Cancel" cannot be refused. */
export const filledForm = (form: HtmlForm, person: Person): URLSearchParams | undefined => {
  const button = buttonFor(form, isLoginForm(form) ? 'allow' : person.decision);
  if (!button && person.decision === 'deny' && !isLoginForm(form)) return undefined;
  const data = new URLSearchParams(form.fields.map((field) => [field.name, typed(field, person)]));
  if (button?.name) data.append(button.name, button.value);
  return data;
};
