import type { ClientVerdict } from '../clients/client-verdicts.ts';
import type { CheckResult } from '../run.ts';
import { htmlStyle } from './html-style.ts';
import { escaped } from './markup.ts';
import {
  countsOf,
  exitCodeOf,
  groupsOf,
  type Report,
  type Standing,
  skipReasons,
  standingOf,
} from './report.ts';

/** One file that a person can send on: no script, nothing external, readable in light and dark. */

const headline = (report: Report): string => {
  const { failed } = countsOf(report);
  if (failed > 0 || report.stale.length > 0) {
    const what = failed === 1 ? 'One promise is not kept' : `${failed} promises are not kept`;
    return `<p class="verdict bad">${failed > 0 ? what : 'Expected failures are out of date'}</p>`;
  }
  if (exitCodeOf(report) === 2) return '<p class="verdict warn">Not everything was looked at</p>';
  return '<p class="verdict good">Every promise that was checked is kept</p>';
};

const tile = (count: number, label: string, style = ''): string =>
  `<li class="${style}"><strong>${count}</strong>${label}</li>`;

const tiles = (report: Report): string => {
  const { passed, failed, advice, expected, skipped } = countsOf(report);
  const connecting = report.clients.filter(({ verdict }) => verdict === 'connects').length;
  return `<ul class="tiles">${[
    tile(passed, 'passed', 'good'),
    tile(failed, 'failed', failed > 0 ? 'bad' : ''),
    tile(advice, 'advice', advice > 0 ? 'warn' : ''),
    ...(expected > 0 ? [tile(expected, 'expected to fail')] : []),
    tile(skipped, 'skipped'),
    tile(connecting, `of ${report.clients.length} clients connect`),
  ].join('')}</ul>`;
};

const bar = (report: Report): string => {
  const { passed, failed, advice, expected } = countsOf(report);
  const all = Math.max(1, report.results.length);
  const part = (count: number, style: string): string =>
    count === 0
      ? ''
      : `<span class="${style}" style="width:${((100 * count) / all).toFixed(2)}%"></span>`;
  return `<div class="bar" aria-hidden="true">${part(passed, 'good')}${part(failed, 'bad')}${part(advice + expected, 'warn')}</div>`;
};

const clientStyles = { connects: 'good', refuses: 'bad', unknown: 'soft' } as const;

const clientRow = ({ name, verdict, why }: ClientVerdict): string =>
  `<tr><th scope="row">${escaped(name)}</th><td class="${clientStyles[verdict]}">${verdict}</td><td>${escaped(why)}</td></tr>`;

const clientTable = ({ clients }: Report): string =>
  `<h2>Who would connect</h2>
<table><thead><tr><th scope="col">Client</th><th scope="col">Verdict</th><th scope="col">Why</th></tr></thead>
<tbody>${clients.map(clientRow).join('\n')}</tbody></table>`;

const evidenceOf = ({ outcome }: CheckResult): string => {
  switch (outcome.kind) {
    case 'failed':
      return `<dl><dt>seen</dt><dd>${escaped(outcome.seen)}</dd><dt>expected</dt><dd>${escaped(outcome.expected)}</dd></dl>`;
    case 'skipped':
      return `<p><small>${escaped(outcome.why)}</small></p>`;
    case 'passed':
      return outcome.seen ? `<p><small>${escaped(outcome.seen)}</small></p>` : '';
  }
};

const checkItem = (result: CheckResult, report: Report): string => {
  const { check } = result;
  const standing = standingOf(result, report);
  const expected = standing === 'expected' ? ' · expected to fail' : '';
  return `<li class="${standing}" id="${escaped(check.id)}"><span>${escaped(check.title)}</span>${evidenceOf(result)}<p><small>${escaped(check.requirement)} · ${check.severity} · since ${check.since} · <code>${escaped(check.id)}</code>${expected}</small></p></li>`;
};

const isWrong = (result: CheckResult, report: Report): boolean =>
  ['failed', 'advice'].includes(standingOf(result, report));

const order: readonly Standing[] = ['failed', 'advice', 'expected', 'passed', 'skipped'];

const worstFirst = (results: readonly CheckResult[], report: Report): readonly CheckResult[] =>
  [...results].sort(
    (a, b) => order.indexOf(standingOf(a, report)) - order.indexOf(standingOf(b, report)),
  );

const groupDetails = (report: Report): string =>
  groupsOf(report)
    .map(({ title, results }) => {
      const wrong = results.filter((result) => isWrong(result, report)).length;
      const skipped = results.filter(({ outcome }) => outcome.kind === 'skipped').length;
      const passed = results.filter(({ outcome }) => outcome.kind === 'passed').length;
      const notes = [
        `${passed} of ${results.length - skipped} passed`,
        ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ];
      const items = worstFirst(results, report)
        .map((result) => checkItem(result, report))
        .join('\n');
      return `<details${wrong > 0 ? ' open' : ''}><summary><span>${escaped(title)}</span><small>${notes.join(', ')}</small></summary>
<ul class="checks">${items}</ul></details>`;
    })
    .join('\n');

const staleList = ({ stale }: Report): string =>
  stale.length === 0
    ? ''
    : `<h2>Expected to fail, but does not</h2><ul>${stale.map((id) => `<li><code>${escaped(id)}</code></li>`).join('')}</ul>`;

const notChecked = (report: Report): string => {
  const reasons = skipReasons(report);
  if (reasons.length === 0) return '';
  const rows = reasons.map(([why, count]) => `<tr><td>${count}</td><td>${escaped(why)}</td></tr>`);
  return `<h2>What was not checked</h2>
<table><thead><tr><th scope="col">Checks</th><th scope="col">Why</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
};

export const htmlReport = (report: Report): string => {
  const { target, startedAt, durationMs, requestCount, range, access, version } = report;
  const when = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>Verification of ${escaped(target)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<main>
<h1>${escaped(target)}</h1>
<p class="soft">Verified ${when}, ${escaped(access)}, MCP ${range.since} to ${range.until}</p>
${headline(report)}
${bar(report)}
${tiles(report)}
${clientTable(report)}
${staleList(report)}
<h2>What was checked</h2>
${groupDetails(report)}
${notChecked(report)}
<footer>cdk-secure-mcp verify ${escaped(version)} · ${report.results.length} checks, ${requestCount} requests, ${(durationMs / 1000).toFixed(1)} s. What a server does behind its door is not visible from here.</footer>
</main>
</body>
</html>
`;
};
