/** The style sheet of the HTML report: light and dark, print, no external resource. */
export const htmlStyle = `
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6576;--paper:#f7f6f3;--card:#fff;--line:#e0e1e5;--good:#1a7f4b;--bad:#c0362c;--warn:#9a6700;--good-bg:#e6f4ec;--bad-bg:#fbeae8;--warn-bg:#fdf3dc}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaf0;--soft:#a3abbb;--paper:#13161c;--card:#1b1f27;--line:#313744;--good:#5fd08f;--bad:#ff8a7e;--warn:#e6b450;--good-bg:#16301f;--bad-bg:#3b1a18;--warn-bg:#33290f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:clamp(1.3rem,4vw,1.8rem);line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
p{margin:.25rem 0}
.soft,small{color:var(--soft)}
.verdict{display:inline-block;font-weight:650;border-radius:999px;padding:.3rem .95rem;margin:1rem 0 .25rem}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.verdict.good{background:var(--good-bg)}.verdict.bad{background:var(--bad-bg)}.verdict.warn{background:var(--warn-bg)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:.75rem;margin:1.25rem 0 0;padding:0;list-style:none}
.tiles li{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:.7rem .9rem;color:var(--soft);font-size:.9rem}
.tiles strong{display:block;font-size:1.6rem;line-height:1.2;color:var(--ink);font-variant-numeric:tabular-nums}
.tiles .good strong{color:var(--good)}.tiles .bad strong{color:var(--bad)}.tiles .warn strong{color:var(--warn)}
.bar{display:flex;height:.5rem;border-radius:999px;overflow:hidden;background:var(--line);margin:1.25rem 0 0}
.bar span{display:block}.bar .good{background:var(--good)}.bar .bad{background:var(--bad)}.bar .warn{background:var(--warn)}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:.7rem;overflow:hidden}
th,td{text-align:left;padding:.5rem .8rem;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:.88rem}
tbody th{font-weight:550}
td:nth-child(2){white-space:nowrap}
details{background:var(--card);border:1px solid var(--line);border-radius:.7rem;margin:0 0 .6rem}
summary{cursor:pointer;padding:.65rem .9rem;display:flex;gap:.75rem;justify-content:space-between;font-weight:600}
summary small{font-weight:400;white-space:nowrap}
summary:focus-visible{outline:3px solid var(--good);outline-offset:2px;border-radius:.7rem}
ul.checks{list-style:none;margin:0;padding:0}
ul.checks>li{border-top:1px solid var(--line);padding:.6rem .9rem .6rem 2.4rem;position:relative}
ul.checks>li::before{position:absolute;left:.95rem;font-weight:700}
li.passed::before{content:"✓";color:var(--good)}
li.failed::before{content:"✗";color:var(--bad)}
li.advice::before{content:"!";color:var(--warn)}
li.expected::before,li.skipped::before{content:"·";color:var(--soft)}
li.skipped{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.4rem 0;font-size:.94rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{margin-top:3rem;color:var(--soft);font-size:.9rem}
@media (max-width:34rem){td:nth-child(2){white-space:normal}summary{flex-direction:column;gap:0}}
@media print{body{background:#fff}details{break-inside:avoid}}
`;
