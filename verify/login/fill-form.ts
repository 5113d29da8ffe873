import { LoginProblem, type Person } from './browser.ts';
import type { FormButton, FormField, HtmlForm } from './html-form.ts';

/** Decides what a person would type and press. */

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

const isForCode = ({ name, type }: FormField): boolean =>
  /^(text|number|tel)$/.test(type) && /code|otp|mfa|one.?time/i.test(name);

const isForUsername = (field: FormField): boolean =>
  !isForCode(field) &&
  (field.type === 'email' ||
    (field.type === 'text' && /user|mail|login|identifier|name/i.test(field.name)));

const typed = async (field: FormField, person: Person): Promise<string> => {
  if (field.type === 'password') return person.password;
  if (isForUsername(field)) return person.username;
  if (!isForCode(field)) return field.value;
  if (!person.code)
    throw new LoginProblem('the login asks for a one-time code: give the key (VERIFY_TOTP_KEY)');
  return person.code();
};

const hasPassword = (form: HtmlForm): boolean =>
  form.fields.some(({ type }) => type === 'password');

/** Asks who somebody is, in whichever way. */
export const isLoginForm = (form: HtmlForm): boolean =>
  hasPassword(form) || form.fields.some((field) => isForUsername(field) || isForCode(field));

/** The form that a person would use: the one that asks for a password, else one that asks to agree. */
export const formToUse = (forms: readonly HtmlForm[]): HtmlForm | undefined =>
  forms.find(hasPassword) ??
  forms.find(isLoginForm) ??
  forms.find((form) => form.buttons.some((button) => agreeing.test(wordsOn(button)))) ??
  forms[0];

/** Undefined when there is no such button: a page without "Cancel" cannot be refused. */
export const filledForm = async (
  form: HtmlForm,
  person: Person,
): Promise<URLSearchParams | undefined> => {
  const button = buttonFor(form, isLoginForm(form) ? 'allow' : person.decision);
  if (!button && person.decision === 'deny' && !isLoginForm(form)) return undefined;
  const data = new URLSearchParams();
  for (const field of form.fields) data.append(field.name, await typed(field, person));
  if (button?.name) data.append(button.name, button.value);
  return data;
};
