import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '../../../lambda/key-relay/config.ts';
import type { Fetch } from '../../../lambda/key-relay/fetch-document.ts';
import { type KeyRelayParts, relayKeys } from '../../../lambda/key-relay/key-relay.ts';
import { type Log, run } from '../../../lambda/key-relay/run.ts';
import { fetchSigningKeys } from '../../../server/jwks-document.ts';

const publicKey = (kid: string, bits = 2048) => ({
  ...generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
});

const [first, second, weak] = [publicKey('1'), publicKey('2'), publicKey('weak', 1024)];
const document = JSON.stringify({ keys: [first, second], note: 'x' });
const jwksUri = 'https://issuer.example.com/jwks.json';
const otherUri = 'https://other.example.com/jwks.json';

/** A relay over a pretended network; what is not given is unreachable. */
const aRelay = (answers: Readonly<Record<string, string | Response>>) => {
  const copies = new Map<string, string>();
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    requests.push({ url, init });
    const answer = answers[url];
    if (answer === undefined) throw new TypeError('fetch failed');
    return typeof answer === 'string' ? new Response(answer) : answer;
  };
  const parts: KeyRelayParts = {
    keySets: [
      { jwksUri, objectKey: 'issuer/jwks.json' },
      { jwksUri: otherUri, objectKey: 'other/jwks.json' },
    ],
    store: {
      put: async (key, body) => void copies.set(key, body),
      remove: async (key) => void copies.delete(key),
    },
    fetch,
  };
  const lines: Parameters<Log>[0][] = [];
  return { parts, copies, requests, lines, log: (line: Parameters<Log>[0]) => lines.push(line) };
};

describe('a copy of an issuer’s keys', () => {
  it('holds the keys and nothing else of the document, because the rest is the issuer’s word', async () => {
    const { parts, copies } = aRelay({ [jwksUri]: document, [otherUri]: document });
    await relayKeys(parts);
    expect(JSON.parse(copies.get('issuer/jwks.json') ?? '')).toEqual({ keys: [first, second] });
  });

  it('is what the server accepts, because both read key sets by one rule', async () => {
    const { parts, copies } = aRelay({ [jwksUri]: document });
    await relayKeys(parts);
    const keys = await fetchSigningKeys(
      'https://bucket.example.com/issuer/jwks.json',
      async () => new Response(copies.get('issuer/jwks.json')),
    );
    expect(keys.map(({ kid }) => kid)).toEqual(['1', '2']);
  });

  it.each<[string, string | Response, string]>([
    ['is empty', '{"keys":[]}', 'no_usable_key'],
    ['holds weak keys only', JSON.stringify({ keys: [weak] }), 'no_usable_key'],
    ['is an error page', '<html>', 'not_json'],
    ['is no key set', '{}', 'not_a_key_set'],
    ['is not found', new Response('', { status: 404 }), 'status_404'],
    ['never ends', 'x'.repeat(64 * 1024 + 1), 'too_large'],
  ])(
    'stays as it is when the document %s, because nobody could log in with that',
    async (_, answer, problem) => {
      const { parts, copies } = aRelay({ [jwksUri]: answer, [otherUri]: document });
      copies.set('issuer/jwks.json', 'as it was');
      const results = await relayKeys(parts);
      expect(copies.get('issuer/jwks.json')).toBe('as it was');
      expect(results[0]).toMatchObject({ jwksUri, problem });
      // One customer's broken issuer keeps nobody else's keys from being renewed.
      expect(copies.get('other/jwks.json')).toBeDefined();
    },
  );

  it('follows no redirect, because one URL of an issuer must not choose our keys', async () => {
    const { parts, requests } = aRelay({ [jwksUri]: document });
    await relayKeys(parts);
    expect(requests.every(({ init }) => init.redirect === 'error')).toBe(true);
  });
});

describe('a scheduled run', () => {
  it('fails when one issuer could not be copied, because the alarm counts failed runs', async () => {
    const { parts, log, lines } = aRelay({ [jwksUri]: document });
    await expect(run({ source: 'aws.events' }, parts, log)).rejects.toThrow(otherUri);
    expect(lines.map(({ level }) => level)).toEqual(['INFO', 'ERROR']);
  });

  it('logs which keys it published', async () => {
    const { parts, log, lines } = aRelay({ [jwksUri]: document, [otherUri]: document });
    await run({ source: 'aws.events' }, parts, log);
    expect(lines[0]).toEqual({ level: 'INFO', jwksUri, keyIds: ['1', '2'] });
  });
});

describe('a deployment', () => {
  const ResponseURL = 'https://cloudformation.example.com/answer?signature=secret';
  const event = (RequestType: 'Create' | 'Update' | 'Delete') => ({
    RequestType,
    ResponseURL,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'FirstCopy',
  });
  const answerTo = (requests: { url: string; init: RequestInit }[]) => {
    const request = requests.find(({ url }) => url === ResponseURL);
    return JSON.parse(String(request?.init.body));
  };

  it('goes on once the keys are there', async () => {
    const answers = { [jwksUri]: document, [otherUri]: document, [ResponseURL]: '' };
    const { parts, log, requests, copies } = aRelay(answers);
    await run(event('Create'), parts, log);
    expect(copies.size).toBe(2);
    expect(answerTo(requests)).toEqual({
      Status: 'SUCCESS',
      Reason: 'keys are published',
      PhysicalResourceId: 'published-keys',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'FirstCopy',
    });
  });

  it('fails with the reason, because tasks without keys would never become healthy', async () => {
    const { parts, log, requests, lines } = aRelay({ [jwksUri]: document, [ResponseURL]: '' });
    await run(event('Update'), parts, log);
    expect(answerTo(requests)).toMatchObject({
      Status: 'FAILED',
      Reason: `${otherUri}: fetch failed`,
    });
    expect(JSON.stringify(lines)).not.toContain('signature');
  });

  it('removes the copies at the end, because a bucket with something in it cannot be deleted', async () => {
    const { parts, log, requests, copies } = aRelay({ [ResponseURL]: '' });
    copies.set('issuer/jwks.json', 'a').set('other/jwks.json', 'b');
    await run(event('Delete'), parts, log);
    expect(copies.size).toBe(0);
    expect(answerTo(requests)).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('the configuration', () => {
  it.each([
    ['nothing', {}, /'BUCKET_NAME' must be set; 'KEY_SETS' must be/],
    [
      'a key set over plain http',
      {
        BUCKET_NAME: 'keys',
        KEY_SETS: '[{"jwksUri":"http://issuer.example.com/","objectKey":"a/jwks.json"}]',
      },
      /'KEY_SETS' must be/,
    ],
    ['no key set', { BUCKET_NAME: 'keys', KEY_SETS: '[]' }, /'KEY_SETS' must be/],
  ])('with %s is refused', (_, variables, problem) => {
    expect(() => parseEnvironment(variables)).toThrow(problem);
  });
});
