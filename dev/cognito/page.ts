import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --ink: #16191f; --quiet: #545b64; --paper: #fff; --ground: #f2f3f3;
  --line: #8d99a8; --accent: #0b5cad; --on-accent: #fff; --bad: #b0201f; --note: #fff4d6; --on-note: #3d2c00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eaeded; --quiet: #b1bac4; --paper: #1b232d; --ground: #0f151c; --line: #7d8998;
    --accent: #7cbcff; --on-accent: #0b1a2b; --bad: #ff9a94; --note: #3b2f0b; --on-note: #ffe6a3; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; background: var(--paper); border-radius: .75rem; padding: 1.5rem;
  overflow-wrap: anywhere; box-shadow: 0 1px 6px rgb(0 0 0 / .2); }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 1rem 0; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
.stand-in { margin: 0; padding: .5rem .75rem; border-radius: .4rem; background: var(--note);
  color: var(--on-note); font-size: .875rem; }
.quiet { color: var(--quiet); font-size: .875rem; }
.bad { color: var(--bad); font-weight: 600; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { width: 100%; margin-top: .25rem; padding: .6rem .7rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
button { width: 100%; margin-top: 1.25rem; padding: .7rem; font: inherit; font-weight: 600; border: 0;
  border-radius: .4rem; background: var(--accent); color: var(--on-accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul { margin: 0; padding-left: 1.25rem; } code { font-size: .9em; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * No script, no frame, nothing from elsewhere. No `form-action`: browsers apply it to the redirect
 * after the form as well, which leads to whatever callback URL the client has.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const page = (title: string, content: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<p class="stand-in">This is a local stand-in for Amazon Cognito. It runs on this machine and nobody else can reach it.</p>
${content}
</main>
</body>
</html>`;

export interface LoginPageOptions {
  readonly clientName: string;
  /** Path and query the form is sent to. */
  readonly action: string;
  readonly csrfToken: string;
  readonly username: string;
  readonly hasFailed: boolean;
  /** Absent unless the operator asked for them. */
  readonly demoUsers?: readonly { readonly username: string; readonly password: string }[];
}

const demoUserList = (users: LoginPageOptions['demoUsers']): Html | '' =>
  users
    ? html`<h2>Demo users</h2>
<ul>${users.map(
        ({ username, password }) =>
          html`<li><code>${username}</code>, password <code>${password}</code></li>`,
      )}</ul>`
    : '';

// PreventUserExistenceErrors: an unknown user and a wrong password read the same.
const failure = html`<p class="bad" id="failure" role="alert">Incorrect username or password.</p>`;

export const loginPage = (options: LoginPageOptions): Html =>
  page(
    'Sign in',
    html`<h1>Sign in</h1>
<p class="quiet">to continue to ${options.clientName}</p>
${options.hasFailed ? failure : ''}
<form method="post" action="${options.action}">
<input type="hidden" name="_csrf" value="${options.csrfToken}">
<label for="username">Username or e-mail address</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${options.username}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
${demoUserList(options.demoUsers)}`,
  );

/** Cognito's own error page, where mistakes end that the client must not hear about. */
export const errorPage = (error: string, description: string): Html =>
  page(
    'An error was encountered',
    html`<h1>An error was encountered with the requested page.</h1>
<p class="bad"><code>${error}</code></p>
<p>${description}</p>`,
  );
