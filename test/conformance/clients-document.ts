import { documentsAsOf } from './client-documents.ts';
import { evidence } from './clients.ts';
import { demands } from './demands.ts';
import { type McpClient, registrationName } from './mcp-client.ts';
import type { ClientMeasurement, Measurements, Outcome, SuiteMeasurement } from './measurements.ts';
import { type Requirement, requirements } from './requirements.ts';

/** docs/clients.md as text. */

export const documentPath = 'docs/clients.md';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const shown = (outcome: Outcome): string => outcome ?? '–';

const sends = ({ scopeSource, sendsResource }: McpClient): string =>
  [
    sendsResource ? '`resource`' : 'no `resource`',
    scopeSource === 'omitted' ? 'no scope' : `scope of the ${scopeSource}`,
  ].join(', ');

const clientRow = ({ client, ...outcomes }: ClientMeasurement): readonly string[] => [
  client.product,
  registrationName(client),
  `\`${client.redirectUri}\`${client.note ? ` (${client.note})` : ''}`,
  sends(client),
  client.revisions.length === 4 ? 'all, since not published' : client.revisions.join(', '),
  shown(outcomes.overHttp),
  shown(outcomes.belowHttps),
  shown(outcomes.publisherSilent),
];

const suiteRow = ({ revision, scenario, checks }: SuiteMeasurement): readonly string[] => [
  revision,
  `\`${scenario}\``,
  checks.map(({ id, status }) => `\`${id}\` ${status}`).join(', ') || 'did not run',
];

const requirementRow = ({ number, says, proofs, open }: Requirement): readonly string[] => [
  String(number),
  says,
  proofs.map(({ file }) => `\`${file}\``).join(', '),
  open ?? '',
];

export const clientsDocument = (measured: Measurements): string => `# Clients

Which clients can sign in, and what shows it. Written by \`test/conformance/write-documents.ts\`,
which walks every row and runs the official suite; a test fails when this file says something else.

## What was not tested

- No product was run for the tables below. Each is played from what its source code, its documentation or
  a recorded request says, with the source given. A product may have changed since. Claude Code and Codex
  can be run as their vendors publish them, with a network: \`npm run test:products\`.
- Metadata documents are as published by ${documentsAsOf} at the latest. None was fetched for this.
- Cognito was the simulator of local mode, and nothing left the machine: no CloudFront, no WAF, no load
  balancer, no TLS. Response times are therefore only known to be far from the limits.
- The official suite has two scenarios for authorization servers. It authenticates with \`none\` whenever
  that is listed, so that it cannot examine clients with a secret; the table of clients does.
- The suite's requirement sets for MCP servers run in \`test/conformance-server/\`, not for this document.
- A page in a browser (MCP Inspector) reaches the MCP endpoint only from an origin that the operator has
  allowed; local mode allows loopback. Below https these rows were not walked.
- ID-JAG, \`private_key_jwt\`, DPoP and device codes are not offered and were not tested.

## Clients

Each row goes from the bare MCP URL through discovery, registration, consent, login, code and token to
\`initialize\` and \`tools/list\` (2025 revisions) or \`server/discover\` and \`tools/list\` (2026-07-28),
then through refresh and revocation. “Over HTTP” is local mode with real sockets; “below https” is the
same code with an https issuer, where cookies have the \`__Host-\` prefix and clients may be pre-registered;
“publisher silent” is a metadata document that cannot be read (claude.ai answers some clouds with a 403),
where pinned copies help and an operator's own document has none. A client whose revisions are not
published was walked in all of 2025-03-26, 2025-06-18, 2025-11-25 and 2026-07-28.

${table(
  [
    'Client',
    'Registration',
    'Redirect URI sent',
    'Sends',
    'MCP revisions',
    'Over HTTP',
    'Below https',
    'Publisher silent',
  ],
  measured.clients.map(clientRow),
)}

### Where the facts come from

${table(['Client', 'Evidence'], Object.entries(evidence))}

### What every walk demands

All rows make all demands, and for each demand a test spoils the server and sees the client turn away.

${table(
  ['Demand', 'Known to be made by'],
  Object.values(demands).map(({ says, madeBy }) => [says, madeBy]),
)}

## The official suite

\`@modelcontextprotocol/conformance\` ${measured.suiteVersion}, \`conformance authorization\`, against local mode over HTTP.
It accepts an issuer on \`http://localhost\`. Its client is registered dynamically with the redirect URI
\`http://127.0.0.1:<port>/callback\`; a scripted browser follows the URL that it prints.

${table(['Revision', 'Scenario', 'Checks'], measured.suite.map(suiteRow))}

## What real clients need, in order

${table(['#', 'The server must have', 'Shown by', 'Open'], requirements.map(requirementRow))}
`;
