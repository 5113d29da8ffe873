import { oneTimeCode } from '../../../verify/login/one-time-code.ts';
import type { Mutation, RelayedResponse } from './relay.ts';

/** What Cognito's own login does and the simulator does not: a second factor, and pages made by scripts. */

export const totpKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export interface SecondFactor extends Mutation {
  /** Codes that were accepted, in order. */
  readonly codes: readonly string[];
}

const page = (body: string): RelayedResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: `<!doctype html><title>Sign in</title>${body}`,
});

const codePage = page(
  '<form method="post" action="/mfa"><label>Code <input name="authentication_code" type="text"></label><button>Continue</button></form>',
);

/** One thing after the other, in one document, with no form in the source: as single-page logins are. */
const scripted = (html: string): RelayedResponse => {
  const form = /<form[\s\S]*<\/form>/.exec(html)?.[0] ?? '';
  return page(`<div id="app">Loading</div><script>
    const source = new DOMParser().parseFromString(${JSON.stringify(form).replaceAll('<', '\\u003c')}, 'text/html').forms[0];
    const app = document.getElementById('app');
    const answers = {};
    const ask = (name, type, next) => {
      app.innerHTML = '<h1>Sign in</h1><input name="' + name + '" type="' + type + '"><button disabled>Next</button><button type="button">Back</button>';
      const [field, button] = [app.querySelector('input'), app.querySelector('button')];
      // A framework that keeps its own state: only events count.
      field.addEventListener('input', () => { answers[name] = field.value; button.disabled = field.value === ''; });
      button.addEventListener('click', () => { if (answers[name]) setTimeout(next, 150); });
    };
    const submit = () => {
      for (const [name, value] of Object.entries(answers)) {
        const field = source.elements[name] ?? source.appendChild(Object.assign(document.createElement('input'), { name }));
        field.value = value;
      }
      source.hidden = true;
      document.body.appendChild(source);
      HTMLFormElement.prototype.submit.call(source);
    };
    setTimeout(() => ask('username', 'text', () => ask('password', 'password', submit)), 200);
  </script>`);
};

/** A relay's mutation of the identity provider. Refuses a code that was used before. */
export const secondFactor = (options: { readonly isScripted: boolean }): SecondFactor => {
  const codes: string[] = [];
  let held: RelayedResponse | undefined;
  const isRight = (code: string): boolean => {
    const step = Math.floor(Date.now() / 30_000);
    const isKnown = [step - 1, step].some((one) => oneTimeCode(totpKey, one) === code);
    return isKnown && !codes.includes(code);
  };
  return {
    codes,
    request: (request) => {
      if (request.url !== '/mfa') return request;
      const code = new URLSearchParams(request.body).get('authentication_code') ?? '';
      if (!held || !isRight(code)) return { ...page('<h1>Wrong code</h1>'), status: 400 };
      codes.push(code);
      return held;
    },
    response: (response, request) => {
      const isLogin = request.url.startsWith('/login');
      if (isLogin && request.method === 'POST' && response.status === 302) {
        held = response;
        return codePage;
      }
      if (isLogin && options.isScripted && response.status === 200) {
        const { body, headers } = scripted(response.body);
        const cookies = response.headers['set-cookie'];
        return {
          ...response,
          body,
          headers: { ...headers, ...(cookies && { 'set-cookie': cookies }) },
        };
      }
      return response;
    },
  };
};
