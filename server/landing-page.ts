import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { type ConnectLine, connectLines } from './connect-lines.ts';

/** What a person sees who opens the address of the server in a browser. No script, nothing external. */

const style = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #565f70; --paper: #fbfaf7; --card: #ffffff;
  --line: #dfe0e4; --accent: #1f5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaf0; --soft: #a3abbb; --paper: #14171d; --card: #1c2028; --line: #323845; --accent: #8ab4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 0 0 .15rem; font-size: 1rem; }
p { margin: 0 0 1rem; }
.lead, .how { color: var(--soft); }
.how { margin: 0 0 .4rem; font-size: .925rem; }
pre { margin: 0; padding: .7rem .85rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--line);
  border-radius: .5rem; font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; user-select: all; }
.address { background: var(--card); border-color: var(--accent); font-size: 1rem; }
ul.clients { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
ul.clients > li { min-width: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
ol { margin: 0; padding-left: 1.25rem; }
ol li { margin-bottom: .5rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing may load, run, frame or submit; the one style sheet is known by its hash. */
export const landingPageSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const clientItem = ({ client, instruction, line }: ConnectLine) => html`
    <li>
      <h3>${client}</h3>
      <p class="how">${instruction}</p>
      <pre tabindex="0" aria-label="Line for ${client}"><code>${line}</code></pre>
    </li>`;

/** The page as HTML. Every value is escaped by the template; none of them comes from the request. */
export const landingPage = (server: {
  readonly resourceName: string;
  readonly resourceIdentifier: string;
  readonly authorizationServer: string;
}): string => {
  const { resourceName, resourceIdentifier, authorizationServer } = server;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${resourceName}: how to connect</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
  <h1>${resourceName}</h1>
  <p class="lead">This is an MCP server: AI assistants use it on your behalf, after you have signed in.
  There is nothing to download and no key to copy. Give your assistant this address:</p>
  <pre class="address" tabindex="0" aria-label="Address of the server"><code>${resourceIdentifier}</code></pre>

  <h2>Connect</h2>
  <p class="how">Claude (web and desktop), ChatGPT and most others: add a custom connector in the settings
  and paste the address. For these, one line does it:</p>
  <ul class="clients">${connectLines(server).map(clientItem)}
  </ul>

  <h2>What signing in looks like</h2>
  <ol>
    <li>Your assistant opens a browser window at <strong>${new URL(authorizationServer).host}</strong>.</li>
    <li>You see which program asks and what it wants to do, and you approve or refuse.</li>
    <li>You sign in as you always do. Your password never reaches the assistant or this server.</li>
    <li>The window says you can close it, and the assistant is connected.</li>
  </ol>
</main>
</body>
</html>
`;
  return String(page);
};
