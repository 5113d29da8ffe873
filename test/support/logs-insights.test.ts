import { describe, expect, it } from 'vitest';
import { compilePattern, matchesPattern, pathsIn } from './filter-pattern.ts';
import { fieldsIn, runQuery } from './logs-insights.ts';

/** The evaluators are themselves evaluated: a test of a query is worth as much as they are. */

const line = (members: object, logStream = 'task') => ({
  message: JSON.stringify(members),
  logStream,
});
const lines = [
  line({ time: 1000, code: 'a', ip: '192.0.2.1', n: 1, list: [{ name: 'x' }] }),
  line({ time: 2000, code: 'a', ip: '192.0.2.9', n: 5 }),
  line({ time: 3000, code: 'b', ip: '198.51.100.7', n: 9, reason: 'a | b' }, 'other'),
  { message: 'no JSON at all' },
];

describe('Logs Insights', () => {
  it.each([
    ['filter code = "a" | stats count(*) as calls', [{ calls: 2 }]],
    ['filter n >= 5 and not (code = "a") | display n', [{ n: 9 }]],
    [
      'filter code in ["b", "c"] or list.0.name = "x" | display n | sort n desc',
      [{ n: 9 }, { n: 1 }],
    ],
    [
      'filter ispresent(code) | stats sum(n) as total by code | sort total desc',
      [
        { code: 'b', total: 9 },
        { code: 'a', total: 6 },
      ],
    ],
    ['filter reason like /a \\| b/ | display code', [{ code: 'b' }]],
    ['filter reason = "a | b" | display code', [{ code: 'b' }]],
    ['filter ip like "192.0.2." | stats count_distinct(ip) as addresses', [{ addresses: 2 }]],
    [
      'filter ispresent(ip) | parse ip /(?<network>\\d+\\.\\d+\\.\\d+)\\./ | stats count(*) as n by network | sort network asc',
      [
        { network: '192.0.2', n: 2 },
        { network: '198.51.100', n: 1 },
      ],
    ],
    [
      'filter ispresent(n) | stats max(n) - min(n) + 1 - count(*) as gap by @logStream | filter gap > 0',
      [{ '@logStream': 'task', gap: 3 }],
    ],
    [
      'filter ispresent(n) | stats count(*) as calls by bin(2s) as window',
      [
        { window: 0, calls: 1 },
        { window: 2000, calls: 2 },
      ],
    ],
    [
      'filter ispresent(n) | fields n * 2 + 1 as more | sort @timestamp desc | limit 1 | display more',
      [{ more: 19 }],
    ],
    [
      'filter ispresent(n) | stats pct(n, 50) as median, avg(n) as mean, latest(code) as last',
      [{ median: 5, mean: 5, last: 'b' }],
    ],
    ['filter code not in ["a"] | display code', [{ code: 'b' }]],
    ['filter ispresent(code) | dedup code | stats count(*) as codes', [{ codes: 2 }]],
    ['filter nothing = "x" or nothing != "x"', []],
  ])('%s', (query, rows) => {
    expect(runQuery(query, lines)).toEqual(rows);
  });

  it.each(['join x', 'filter soundex(a) = 1', 'stats median(n)', 'limit 0', 'filter a = 1 b', ''])(
    'refuses what it does not know, because a guess would prove nothing: %s',
    (query) => {
      expect(() => runQuery(query, lines)).toThrow();
    },
  );

  it('finds the fields that a query names', () => {
    expect(
      fieldsIn('filter metadata.event_code = "token.issued" and a.b.0.c like /x.y/ | sort d.e'),
    ).toEqual(['metadata.event_code', 'a.b.0.c', 'd.e']);
  });
});

describe('filter patterns', () => {
  const event = JSON.stringify({ code: 'detection.x', n: 4, deep: { list: [{ name: 'y' }] } });

  it.each([
    ['{ $.code = "detection.*" }', true],
    ['{ ($.code = "detection.x") && ($.n >= 4) }', true],
    ['{ ($.code = "other") || ($.deep.list[0].name = "y") }', true],
    ['{ $.n > 4 }', false],
    ['{ $.missing = * }', false],
    ['{ $.code = * }', true],
    ['{ $.code != "detection.x" }', false],
    ['{ $.n = "4" }', false],
  ])('%s', (pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
    expect(matchesPattern(pattern, 'no JSON')).toBe(false);
  });

  it.each(['ERROR', '{ $.a = %x% }', '{ $.a = 1', '{ $.a }', '{ ($.a = 1) $.b = 2 }'])(
    'refuses %s',
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow();
    },
  );

  it('finds the paths that a pattern names', () => {
    expect(pathsIn('{ ($.a.b = 1) && ($.c[0].d = "x.y") }')).toEqual(['a.b', 'c.0.d']);
  });
});
