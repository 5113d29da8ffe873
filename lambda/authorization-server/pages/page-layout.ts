import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Page } from '../respond.ts';
import type { Branding } from '../settings.ts';

/**
 * The frame of every page: no script, no external resource but an optional logo, readable at 320 px,
 * in light and dark, by keyboard and screen reader. Values are escaped by the `html` template.
 */

type Html = ReturnType<typeof html>;

const defaultAccent = '#1f5fbf';

const styleSheet = (accent: string): string => `
:root{color-scheme:light dark;--accent:${accent};--ink:#1a2230;--soft:#56617a;--paper:#fff;--ground:#eef1f6;--line:#d5dbe6;--warn-ink:#6b4300;--warn:#fff4dc;--warn-line:#e9c46a}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf4;--soft:#a6b1c6;--paper:#1a202c;--ground:#10141c;--line:#35405a;--warn-ink:#ffdf9e;--warn:#3a2d10;--warn-line:#7a5c1c}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:30rem;margin:0 auto;padding:1rem}
@media (min-width:34rem){main{padding-top:10vh}}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:1.5rem;overflow-wrap:anywhere}
.brand{display:flex;align-items:center;gap:.6rem;color:var(--soft);font-size:.9rem;margin:0 0 1rem}
.brand img{height:1.75rem;width:auto}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .75rem}
h2{font-size:1rem;margin:1.25rem 0 .4rem}
p{margin:.5rem 0}
.soft{color:var(--soft);font-size:.9rem}
ul{margin:.4rem 0;padding-left:1.2rem}
li{margin:.25rem 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem .9rem;margin:.75rem 0}
dt{color:var(--soft)}
dd{margin:0}
@media (max-width:26rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.warning{background:var(--warn);color:var(--warn-ink);border:1px solid var(--warn-line);border-radius:.5rem;padding:.6rem .8rem;margin:1rem 0;font-size:.92rem}
.choices{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}
button{flex:1 1 8rem;font:inherit;font-weight:600;padding:.7rem 1rem;border-radius:.5rem;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer;min-height:2.75rem}
button.primary{background:var(--accent);border-color:var(--accent);color:#fff}
button:hover{filter:brightness(1.08)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (prefers-color-scheme:dark){:focus-visible{outline-color:#9cc2ff}}
.check{display:flex;gap:.6rem;align-items:flex-start;margin-top:1rem}
.check input{width:1.15rem;height:1.15rem;margin:.2rem 0 0;accent-color:var(--accent)}
.grant{border-top:1px solid var(--line);padding:1rem 0 0;margin-top:1rem}
.grant h2{margin-top:0}
.grant form{margin-top:.5rem}
.grant button{flex:none}
a{color:var(--accent)}
@media (prefers-color-scheme:dark){a{color:#9cc2ff}}
`;

// Only a plain CSS colour may enter the style sheet: configuration is trusted, typing errors are not.
const colorSyntax = /^(#[0-9a-f]{3,8}|[a-z]{3,24}|(rgb|hsl)a?\([\d\s.,%/]+\))$/i;

const logoOf = ({ logoUrl }: Branding): Html | '' =>
  logoUrl === undefined ? '' : html`<img src="${logoUrl}" alt="">`;

const supportOf = ({ supportUrl }: Branding): Html | '' =>
  supportUrl === undefined ? '' : html`<p class="soft"><a href="${supportUrl}">Help</a></p>`;

const contentSecurityPolicy = (style: string, { logoUrl }: Branding): string => {
  const hash = createHash('sha256').update(style).digest('base64');
  const images = logoUrl === undefined ? "'none'" : new URL(logoUrl).origin;
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    `img-src ${images}`,
    "base-uri 'none'",
    // MCP security best practices: consent must not be framed.
    "frame-ancestors 'none'",
  ].join('; ');
};

/** Renders a page and the policy that fits it. */
export const renderPage = async (
  branding: Branding,
  content: { readonly title: string; readonly body: Html | Promise<Html> },
): Promise<Page> => {
  const accent = branding.accentColor ?? defaultAccent;
  const style = styleSheet(colorSyntax.test(accent) ? accent : defaultAccent);
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${content.title} – ${branding.productName}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<div class="card">
<p class="brand">${logoOf(branding)}<span>${branding.productName}</span></p>
${await content.body}
</div>
${supportOf(branding)}
</main>
</body>
</html>`;
  return { html: String(page), contentSecurityPolicy: contentSecurityPolicy(style, branding) };
};
