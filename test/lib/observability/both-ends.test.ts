import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Detection } from '../../../lib/index.ts';
import { savedQueries } from '../../../lib/observability/saved-queries.ts';
import { indexedFields } from '../../../lib/observability/security-log-group.ts';
import { detectionIds, detectionRule } from '../../../oauth/detection-rules.ts';
import { type ExtractedMetric, extractMetrics } from '../../support/embedded-metric.ts';
import { compilePattern, matchesPattern, pathsIn } from '../../support/filter-pattern.ts';
import { compileQuery, fieldsIn, fieldsOf, runQuery } from '../../support/logs-insights.ts';
import { aServer, type Resource, resolved, resourcesOf } from '../../support/synth.ts';
import { type ObservedTraffic, observedTraffic } from './observed-traffic.ts';

/**
 * From both ends: what the template asks for, run on what the code writes. A renamed field, metric or
 * event fails here, and so does an alarm without a runbook.
 */

const template = aServer().template();
const ofType = (type: string): readonly Resource[] => resourcesOf(template, type);

type MetricStat = {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  };
};
type Query = {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: MetricStat;
};

const alarms = ofType('AWS::CloudWatch::Alarm');
const metricsOf = ({ Properties }: Resource): readonly MetricStat['Metric'][] =>
  Properties.Metrics
    ? (Properties.Metrics as Query[]).flatMap(({ MetricStat }) =>
        MetricStat ? [MetricStat.Metric] : [],
      )
    : [Properties as MetricStat['Metric']];

const namespace = ofType('AWS::Logs::MetricFilter')[0]?.Properties.MetricTransformations[0]
  .MetricNamespace as string;

let traffic: ObservedTraffic;
let emitted: readonly ExtractedMetric[];
let fields: ReadonlySet<string>;
/** `name` or `name/dimension value`, as filters on the log would count them. */
let filtered: ReadonlySet<string>;

const filters = ofType('AWS::Logs::MetricFilter').map(({ Properties }) => ({
  pattern: Properties.FilterPattern as string,
  name: Properties.MetricTransformations[0].MetricName as string,
  dimension: Properties.MetricTransformations[0].Dimensions?.[0] as
    | { readonly Key: string; readonly Value: string }
    | undefined,
}));

const valueAt = (line: string, path: string): unknown =>
  fieldsOf({ message: line })[pathsIn(path)[0] as string];

beforeAll(async () => {
  traffic = await observedTraffic(namespace);
  emitted = traffic.metricLines.flatMap(extractMetrics);
  fields = new Set(traffic.lines.flatMap((line) => Object.keys(fieldsOf(line))));
  filtered = new Set(
    filters.flatMap(({ pattern, name, dimension }) =>
      traffic.lines
        .filter(({ message }) => matchesPattern(pattern, message))
        .map(({ message }) => (dimension ? `${name}/${valueAt(message, dimension.Value)}` : name)),
    ),
  );
}, 60_000);

/** What AWS's own services publish, as far as we look at it. */
const published: Readonly<Record<string, readonly string[]>> = {
  'AWS/ApplicationELB': [
    'HTTPCode_Target_5XX_Count',
    'HTTPCode_ELB_5XX_Count',
    'UnHealthyHostCount',
    'HealthyHostCount',
    'TargetResponseTime',
    'ConsumedLCUs',
    'RequestCount',
  ],
  'AWS/Lambda': ['Errors', 'Throttles', 'Duration', 'Invocations'],
  'AWS/DynamoDB': ['ReadThrottleEvents', 'WriteThrottleEvents'],
  'AWS/ECS': ['CPUUtilization', 'MemoryUtilization'],
  'AWS/Logs': ['IncomingBytes'],
  'AWS/WAFV2': ['BlockedRequests'],
};

const isEmitted = (metricNamespace: string, name: string, dimensionValue?: string): boolean => {
  if (metricNamespace !== namespace) return published[metricNamespace]?.includes(name) ?? false;
  if (dimensionValue !== undefined) return filtered.has(`${name}/${dimensionValue}`);
  return filtered.has(name) || emitted.some((metric) => metric.name === name);
};

describe('metric filters', () => {
  it.each(filters.map((filter, index) => [`${index} ${filter.name}`, filter] as const))(
    '%s takes events that are really written, and neither EMF nor application lines',
    (_, { pattern, dimension }) => {
      compilePattern(pattern);
      const taken = traffic.lines.filter(({ message }) => matchesPattern(pattern, message));
      expect(taken.length).toBeGreaterThan(0);
      for (const { message } of taken) {
        expect(JSON.parse(message)).toHaveProperty('class_uid');
        if (dimension) expect(valueAt(message, dimension.Value)).toMatch(/^detection\.[a-z_]+$/);
      }
    },
  );

  it('have a dimension for ids of detections only, because each value is billed', () => {
    const values = [...filtered].filter((name) => name.includes('/'));
    expect(values.toSorted()).toEqual(
      detectionIds.map((id) => `Detections/detection.${id}`).toSorted(),
    );
  });
});

describe('saved queries', () => {
  /** What somebody would fill in: values of the traffic. */
  const filledIn = (text: string): string => {
    const first = (path: string) =>
      traffic.lines.map((line) => fieldsOf(line)[path]).find((value) => value !== undefined);
    const failed = traffic.lines
      .map(fieldsOf)
      .find((row) => row['metadata.event_code'] === 'authorization.failed');
    return text
      .replaceAll('<tool>', 'add_note')
      .replaceAll('<subject>', String(first('actor.user.uid')))
      .replaceAll('<correlation id>', String(first('metadata.correlation_uid')))
      .replaceAll('<client id>', String(failed?.['actor.app_uid'] ?? first('actor.app_uid')));
  };

  const definitions = ofType('AWS::Logs::QueryDefinition').map(({ Properties }) => ({
    name: String(Properties.Name).split('/').at(-1) as string,
    text: Properties.QueryString as string,
  }));

  it('are those that runbooks name', () => {
    expect(definitions.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(savedQueries).toSorted(),
    );
  });

  /** Nothing is lost and no token travels here: these two are run on lines of their own below. */
  const findNothingHere = ['log-gaps', 'token-from-many-networks'];

  it.each(definitions.map(({ name, text }) => [name, text] as const))(
    '%s finds something in real traffic, and names no field that nobody writes',
    (name, text) => {
      expect(fieldsIn(text).filter((field) => !fields.has(field))).toEqual([]);
      const rows = runQuery(filledIn(text), traffic.lines);
      if (findNothingHere.includes(name)) expect(rows).toEqual([]);
      else expect(rows.length).toBeGreaterThan(0);
    },
  );

  it('show a gap in the numbers of a task, because that is how a loss is seen', () => {
    const isOf =
      (stream: string) =>
      ({ logStream }: { readonly logStream?: string }) =>
        logStream === stream;
    const task = traffic.lines.filter(isOf('server/1'));
    const gapped = task.filter((_, index) => index !== 5 && index !== 7);
    expect(runQuery(savedQueries['log-gaps'].text, gapped)).toMatchObject([
      { '@logStream': 'server/1', missing: 2 },
    ]);
  });

  it('show a token that travels, and not a client that changes its address within one network', () => {
    const allowed = traffic.lines.find(
      (line) =>
        fieldsOf(line)['metadata.event_code'] === 'access.allowed' &&
        fieldsOf(line)['actor.session.uid'] !== undefined,
    );
    const from = (ip: string) => ({
      message: JSON.stringify({ ...JSON.parse(allowed?.message ?? ''), src_endpoint: { ip } }),
    });
    const query = savedQueries['token-from-many-networks'].text;
    const travels = ['192.0.2.1', '198.51.100.1', '2001:db8:1:2::1'].map(from);
    expect(runQuery(query, travels)).toMatchObject([{ networks: 3 }]);
    const stays = ['192.0.2.1', '192.0.2.200', '192.0.2.7'].map(from);
    expect(runQuery(query, stays)).toEqual([]);
  });
});

describe('indexed fields', () => {
  it('are written, and no more than CloudWatch takes', () => {
    expect(indexedFields.filter((field) => !fields.has(field))).toEqual([]);
    expect(indexedFields.length).toBeLessThanOrEqual(20);
    const groups = ofType('AWS::Logs::LogGroup').filter(
      ({ Properties }) => Properties.FieldIndexPolicies,
    );
    expect(groups.length).toBeGreaterThanOrEqual(4);
    for (const { Properties } of groups)
      expect(Properties.FieldIndexPolicies).toEqual([{ Fields: [...indexedFields] }]);
  });
});

const runbooks = new URL('../../../docs/runbooks/', import.meta.url);
const runbookOf = (description: string): string =>
  /Runbook: docs\/runbooks\/([\w-]+\.md)$/.exec(description)?.[1] ?? '';
const logAlarms = ofType('AWS::CloudWatch::LogAlarm');

describe('alarms', () => {
  it.each(alarms.map((alarm) => [alarm.Properties.AlarmDescription as string, alarm] as const))(
    'watch what is really published: %s',
    (_, alarm) => {
      const metrics = metricsOf(alarm);
      expect(metrics.length).toBeGreaterThan(0);
      for (const { Namespace, MetricName, Dimensions } of metrics) {
        const detection = Dimensions?.find(({ Name }) => Name === 'Detection')?.Value;
        const value = detection === undefined ? undefined : String(detection);
        expect(isEmitted(Namespace, MetricName, value), `${Namespace} ${MetricName}`).toBe(true);
      }
    },
  );

  it('use in their formulas no name that they do not define', () => {
    const formulas = alarms.flatMap(({ Properties }) => (Properties.Metrics ?? []) as Query[]);
    for (const { Expression } of formulas.filter((query) => query.Expression)) {
      const names = (Expression as string).match(/\b[a-z]\w*\b/g) ?? [];
      expect(names.filter((name) => !formulas.some(({ Id }) => Id === name))).toEqual([]);
    }
    expect(formulas.length).toBeGreaterThan(3);
  });

  it('name a runbook that exists, as log alarms do', () => {
    for (const { Properties } of [...alarms, ...logAlarms]) {
      const runbook = runbookOf(Properties.AlarmDescription);
      expect(runbook, Properties.AlarmDescription).not.toBe('');
      expect(existsSync(new URL(runbook, runbooks)), runbook).toBe(true);
    }
  });

  it('are there for every detection', () => {
    const watched = [...alarms, ...logAlarms].map(({ Properties }) =>
      runbookOf(Properties.AlarmDescription),
    );
    expect(detectionIds.filter((id) => !watched.includes(detectionRule(id).runbook))).toEqual([]);
  });

  it('on the log run queries that can be run, over fields that are written', () => {
    expect(logAlarms.length).toBeGreaterThanOrEqual(3);
    for (const { Properties } of logAlarms) {
      const { QueryString, AggregationExpression } = Properties.ScheduledQueryConfiguration;
      compileQuery(`${QueryString} | stats ${AggregationExpression}`);
      expect(fieldsIn(QueryString).filter((field) => !fields.has(field))).toEqual([]);
    }
  });

  it('are not there for a detection that is off, and count as its settings say', () => {
    const detections = {
      impossible_consent_rate: Detection.off(),
      token_from_many_networks: Detection.notify({ threshold: 7 }),
    };
    const changed = aServer({ detections }).template();
    const all = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::LogAlarm'].flatMap((type) =>
      resourcesOf(changed, type),
    );
    expect(all.length).toBe(alarms.length + logAlarms.length - 2);
    expect(JSON.stringify(all)).not.toContain('D17');
    expect(JSON.stringify(all)).toContain('sites >= 7');
  });

  it('wake somebody for what cannot wait, and not for a client that does not refresh', () => {
    const [page] = ofType('AWS::CloudWatch::CompositeAlarm');
    const rule = resolved(page?.Properties.AlarmRule);
    for (const urgent of ['CrossTenantProbe', 'RefreshTokenReuse', 'LogSilence', 'ServerErrors'])
      expect(rule).toContain(urgent);
    for (const quiet of ['ExpiredTokenStorm', 'BadTokenHammered', 'SlowCalls', 'SevereEvents'])
      expect(rule).not.toContain(quiet);
  });
});

describe('the dashboard', () => {
  const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
  const body = JSON.parse(
    resolved(dashboard?.Properties.DashboardBody, (expression) =>
      typeof expression.Ref === 'string' ? String(expression.Ref) : undefined,
    ),
  ) as {
    readonly widgets: readonly {
      readonly type: string;
      readonly properties: {
        readonly title?: string;
        readonly metrics?: readonly unknown[][];
        readonly query?: string;
      };
    }[];
  };

  it.each(
    body.widgets
      .filter(({ properties }) => properties.metrics)
      .map(
        ({ properties }) => [properties.title ?? '', properties.metrics as unknown[][]] as const,
      ),
  )('shows what is really published: %s', (_, metrics) => {
    let [lastNamespace, lastName] = ['', ''];
    for (const [first, second] of metrics) {
      if (typeof first === 'object') {
        // A search for all metrics whose name has this word.
        const { expression } = first as { readonly expression: string };
        const [, word = ''] = /MetricName="(\w+)"/.exec(expression) ?? [];
        expect(expression).toContain(`{"${namespace}"`);
        const found = [...filtered, ...emitted.map(({ name }) => name)];
        expect(
          found.some((name) => name.split(/[_/]/)[0] === word),
          word,
        ).toBe(true);
        continue;
      }
      lastNamespace = first === '...' || first === '.' ? lastNamespace : String(first);
      if (first !== '...') lastName = second === '.' ? lastName : String(second);
      expect(isEmitted(lastNamespace, lastName), `${lastNamespace} ${lastName}`).toBe(true);
    }
  });

  it('asks the log only what finds something', () => {
    const queries = body.widgets.filter(({ type }) => type === 'log');
    expect(queries).toHaveLength(1);
    for (const { properties } of queries) {
      const text = (properties.query as string)
        .split('|')
        .filter((part) => !/^\s*SOURCE/.test(part))
        .join('|');
      expect(runQuery(text, traffic.lines).length).toBeGreaterThan(0);
    }
  });
});

describe('runbooks', () => {
  const pages = readdirSync(runbooks).filter((name) => name !== 'README.md');
  const text = (page: string): string => readFileSync(new URL(page, runbooks), 'utf8');

  it.each(pages)(
    '%s names a query that is saved, and says what to do, how it errs, how to stop it',
    (page) => {
      const [, name = ''] = /\*\*First query:\*\* `([\w-]+)`/.exec(text(page)) ?? [];
      expect(Object.keys(savedQueries)).toContain(name);
      for (const heading of ['## Do', '## False alarm', '## Switch off'])
        expect(text(page)).toContain(heading);
      expect(text(page).split('\n').length).toBeLessThan(45);
    },
  );

  it('are all linked from an alarm or a detection, and mention no query, alarm or page that is not there', () => {
    const linked = new Set([
      ...[...alarms, ...logAlarms].map(({ Properties }) => runbookOf(Properties.AlarmDescription)),
      ...detectionIds.map((id) => detectionRule(id).runbook),
      // The relay's alarm exists in isolated networks only.
      'stale-key-copies.md',
    ]);
    expect(pages.filter((page) => !linked.has(page))).toEqual([]);
    for (const page of [...pages, 'README.md'])
      for (const [, target = ''] of text(page).matchAll(/\]\(([\w./-]+\.md)\)/g))
        expect(existsSync(new URL(target, runbooks)), `${page} → ${target}`).toBe(true);
  });
});
