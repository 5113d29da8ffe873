import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from './support/deployment.ts';
import { type OriginMap, type Relay, startRelay } from './support/relay.ts';
import { type Ran, runCommand } from './support/run-command.ts';

/** Reports for programs: their formats, read as their readers do, about a server that wants to break them. */

const nasty = `]]></failure><script>alert(1)</script> & "quoted" 'too' \u0007`;

let deployment: Deployment;
let relay: Relay;
let ran: Ran;
beforeAll(async () => {
  deployment = await startDeployment();
  const origins: OriginMap = [];
  relay = await startRelay(deployment.local.origin, origins, {
    response: (response, { url }) => ({
      ...response,
      headers: {
        ...response.headers,
        // An error, beside the warnings that the rest makes.
        ...(url.includes('protected-resource') && { 'content-type': 'text/plain' }),
        'cache-control': nasty.replaceAll('\u0007', ''),
        server: 'nginx/1.27.3',
      },
    }),
  });
  const known = { known: 'nothing-tells-its-version\n' };
  ran = await runCommand(
    [
      ...[`${relay.origin}/mcp`, '--expected-failures', 'known'],
      ...['--sarif', 'r.sarif', '--junit', 'r.xml', '--html', 'r.html'],
    ],
    { known },
  );
});
afterAll(async () => {
  await relay.close();
  await deployment.local.close();
});

interface Finding {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly kind: string }[];
}

describe('SARIF', () => {
  const run = () => JSON.parse(ran.files.get('r.sarif') ?? '').runs[0];
  const findings = (): readonly Finding[] => run().results;

  it('has what version 2.1.0 requires of a run, a rule and a result', () => {
    const { version, $schema, runs } = JSON.parse(ran.files.get('r.sarif') ?? '');
    expect([version, runs.length]).toEqual(['2.1.0', 1]);
    expect($schema).toMatch(/^https:\/\/\S+sarif\S*2\.1\.0/);
    const { tool, invocations } = run();
    // §3.19.8, §3.49.3, §3.27.10, §3.27.11, §3.20.14.
    expect(tool.driver.name).toBe('cdk-secure-mcp verify');
    expect(invocations).toEqual([
      { executionSuccessful: true, startTimeUtc: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
    for (const rule of tool.driver.rules) {
      expect(rule.id).toMatch(/^[a-z0-9-]+$/);
      expect(rule.shortDescription.text.length).toBeLessThan(1024);
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration.level);
      expect(rule.help.text).toContain('Requirement: ');
    }
    expect(findings().length).toBeGreaterThan(2);
    for (const { ruleId, ruleIndex, level, message } of findings()) {
      expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).toMatch(/^Seen: [\s\S]+ Expected: [\s\S]+/);
    }
  });

  it('names the place as a file would be, because GitHub refuses a report with any other scheme', () => {
    for (const { locations } of findings()) {
      const [place, ...others] = locations;
      expect(others).toEqual([]);
      const uri = place?.physicalLocation.artifactLocation.uri ?? '';
      const { host } = new URL(relay.origin);
      expect(uri).toBe(`./${host}/mcp`);
      expect(new URL(uri, 'file:///checkout/').href).toBe(`file:///checkout/${host}/mcp`);
      expect(place?.logicalLocations[0]?.fullyQualifiedName).toBe(`${relay.origin}/mcp`);
    }
  });

  it('is recognised tomorrow, because an alert that comes back each night is switched off', () => {
    const prints = findings().map(({ partialFingerprints }) => partialFingerprints);
    expect(new Set(prints.map((print) => print.primaryLocationLineHash)).size).toBe(prints.length);
  });

  it('marks what was expected as suppressed, because it is known and not gone', () => {
    const suppressed = findings().filter(({ suppressions }) => suppressions !== undefined);
    expect(suppressed.map(({ ruleId }) => ruleId)).toEqual(['nothing-tells-its-version']);
    expect(suppressed[0]?.suppressions?.[0]?.kind).toBe('external');
  });
});

/** Whether every element that begins ends in order, and no text holds what markup is made of. */
const problemIn = (xml: string): string | undefined => {
  const open: string[] = [];
  const rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const token = /<(\/?)([\w-]+)((?:\s[\w-]+="[^"<]*")*)\s*(\/?)>|[^<]+|</g;
  for (const [whole, closing, name, , empty] of rest.matchAll(token)) {
    if (whole === '<') return 'a bare <';
    if (name === undefined) {
      if (/&(?!amp;|lt;|gt;|quot;|#)/.test(whole)) return `a bare & in ${whole}`;
    } else if (closing) {
      if (open.pop() !== name) return `${name} ends where it did not begin`;
    } else if (!empty) open.push(name);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(xml)) return 'a control character';
  return open.length === 0 ? undefined : `${open.join()} never ends`;
};

describe('JUnit', () => {
  const xml = () => ran.files.get('r.xml') ?? '';

  it('is well-formed whatever a server says, because a parser that stops hides everything', () => {
    expect(problemIn(xml())).toBeUndefined();
    expect(problemIn('<a><b></a>')).toBeDefined();
    expect(xml()).toContain('&lt;script&gt;');
  });

  it('counts as many failures as there are, because pipelines show the count', () => {
    const suites = [...xml().matchAll(/<testsuite [^>]*tests="(\d+)" failures="(\d+)"/g)];
    const sum = (index: number) => suites.reduce((all, suite) => all + Number(suite[index]), 0);
    expect(sum(1)).toBe(xml().match(/<testcase /g)?.length);
    expect(sum(2)).toBe(xml().match(/<failure /g)?.length);
    expect(sum(2)).toBeGreaterThan(0);
    expect(ran.exitCode).toBe(1);
  });
});

describe('HTML', () => {
  it('shows what a server says as text, because the report is opened in a browser', () => {
    const html = ran.files.get('r.html') ?? '';
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toMatch(/<script|<[^>]*(javascript:|\son\w+=)/i);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="(?!data:,)/);
  });
});
