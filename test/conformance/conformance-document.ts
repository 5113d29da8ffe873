import { type Check, type Revision, revisions } from '../../verify/check.ts';
import { checkGroups } from '../../verify/checks/all-checks.ts';
import { namedClients } from '../../verify/clients/named-clients.ts';
import { mutantTables } from '../verify/mutants/all-mutants.ts';
import { otherwiseBroken } from './otherwise-broken.ts';

/** docs/conformance.md as text: what `verify` checks, by requirement and revision. */

export const documentPath = 'docs/conformance.md';

export const everyCheck: readonly Check[] = checkGroups.flatMap(({ checks }) => checks);

const mutants = Object.values(mutantTables).flat();

/** How many servers of the mutation table break a promise. */
export const mutantsBreaking = ({ id }: Check): number =>
  mutants.filter(({ breaks }) => breaks.includes(id)).length;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

export const binds = ({ since, until }: Check, revision: Revision): boolean =>
  since <= revision && (until === undefined || revision <= until);

const neededBy = ({ id }: Check): string =>
  String(
    namedClients.filter(({ needs }) => needs.some(({ anyOf }) => anyOf.includes(id))).length || '',
  );

const brokenBy = (check: Check): string =>
  String(mutantsBreaking(check) || (otherwiseBroken[check.id] ?? '**never**'));

const row = (check: Check): readonly string[] => [
  check.requirement,
  `${check.title}<br>\`${check.id}\``,
  ...revisions.map((revision) => (binds(check, revision) ? '●' : '')),
  check.severity,
  brokenBy(check),
  neededBy(check),
];

const byRequirement = (checks: readonly Check[]): readonly Check[] =>
  [...checks].sort((a, b) => (a.requirement < b.requirement ? -1 : 1));

const counted = (revision: Revision): string =>
  `${everyCheck.filter((check) => binds(check, revision)).length} bind ${revision}`;

export const conformanceDocument = (): string => `# Conformance

What \`verify\` checks: requirement, revisions, check. Written by \`test/conformance/write-documents.ts\` from
\`verify/checks\`; a test fails when this file says something else. There are ${everyCheck.length} checks: ${revisions.map(counted).join(', ')}.

- Every check passes against local mode: \`test/conformance/conformance-document.test.ts\` runs them revision by
  revision, \`test/verify/local-mode.test.ts\` with every kind of credentials and behind TLS. Two need what no test
  machine has and are skipped there: a server on the standard ports, and TLS where local mode is plain http.
- *Broken by* counts the servers of the mutation table (\`test/verify/mutants\`, ${mutants.length} of them, each with one thing
  wrong) that make the check fail, and it alone or together with the others that must: the proof that it can.
- *Clients* counts the known clients that do not connect without it. How each client signs in, step by step, and the
  official conformance suite: [clients.md](clients.md).
- An **error** fails a verification, a **warning** only with \`--strict\`, a **note** never.
- Not checked: what a server does behind its door, private-key authentication of clients, DPoP, ID-JAG, device codes,
  and what only time shows (that a code dies after a minute, that keys are rotated).

${checkGroups
  .map(
    ({ title, checks }) =>
      `## ${title}\n\n${table(
        ['Requirement', 'Check', ...revisions, 'Severity', 'Broken by', 'Clients'],
        byRequirement(checks).map(row),
      )}`,
  )
  .join('\n\n')}
`;
