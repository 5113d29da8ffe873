import { describe, expect, it } from 'vitest';
import {
  invalid,
  unavailable,
} from '../../../lambda/authorization-server/clients/document-response.ts';
import type { FetchDocument } from '../../../lambda/authorization-server/clients/fetch-document.ts';
import {
  createMetadataDocuments,
  type MetadataDocumentsOptions,
  maxCachedDocuments,
  maxConcurrentFetches,
} from '../../../lambda/authorization-server/clients/metadata-documents.ts';
import { openRedirectPolicy } from '../../../oauth/redirect-uri.ts';
import { err, ok } from '../../../oauth/result.ts';

const clientId = 'https://client.example/oauth/client.json';
const minute = 60;
const day = 86_400;

const aDocument = (id = clientId, members: object = {}): object => ({
  client_id: id,
  client_name: 'Fetched',
  redirect_uris: ['https://client.example/cb'],
  ...members,
});

const answering =
  (maxAgeSeconds = 300, members: object = {}): FetchDocument =>
  async (id) =>
    ok({ document: aDocument(id, members), maxAgeSeconds });

const silent: FetchDocument = async () => err(unavailable('timeout'));

/** A publisher whose answer a test can change, a clock that stands still, and what was fetched. */
const aSetting = (options: Partial<MetadataDocumentsOptions> = {}) => {
  const fetched: string[] = [];
  const setting = { answer: answering(), seconds: 1_000_000 };
  const documents = createMetadataDocuments({
    policy: {},
    redirectPolicy: openRedirectPolicy,
    fetchDocument: (id) => {
      fetched.push(id);
      return setting.answer(id);
    },
    now: () => setting.seconds * 1000,
    pinned: () => undefined,
    ...options,
  });
  const outcomeOf = async (id = clientId): Promise<string> => {
    const result = await documents.get(id);
    return result.ok ? result.value.clientName : result.error.reason;
  };
  return Object.assign(setting, { documents, fetched, outcomeOf });
};

const pinned = (id: string) => aDocument(id, { client_name: 'Pinned' });

describe('finding a metadata document', () => {
  it('returns what the document says', async () => {
    expect(await aSetting().documents.get(clientId)).toEqual({
      ok: true,
      value: {
        clientName: 'Fetched',
        redirectUris: ['https://client.example/cb'],
        tokenEndpointAuthMethod: 'none',
        mayRefresh: true,
      },
    });
  });

  it('fetches nothing that the policy does not allow, because even the question tells who we are', async () => {
    const setting = aSetting({ policy: { allow: ['claude.ai'] }, pinned });
    expect(await setting.outcomeOf()).toBe('client_not_allowed');
    expect(setting.fetched).toEqual([]);
    expect(await setting.outcomeOf('https://claude.ai/oauth/x')).toBe('Fetched');
  });

  it.each([
    '',
    'dyn.x',
    'http://client.example/x',
    'https://client.example/x?y',
    'https://a@b.example/x',
  ])('fetches nothing for %j, because it is not the URL of a document', async (id) => {
    const setting = aSetting({ pinned });
    expect(await setting.outcomeOf(id)).toBe('client_document_invalid');
    expect(setting.fetched).toEqual([]);
  });

  it('applies the redirect policy of the operator to documents too', async () => {
    const setting = aSetting({ redirectPolicy: { httpsHosts: [], allowLoopback: true } });
    expect(await setting.outcomeOf()).toBe('client_document_invalid');
  });

  it('never rejects, because its caller answers a browser', async () => {
    const setting = aSetting();
    setting.answer = () => Promise.reject(new Error('x'));
    expect(await setting.outcomeOf()).toBe('client_document_unavailable');
    setting.answer = () => {
      throw new Error('x');
    };
    expect(await setting.outcomeOf()).toBe('client_document_unavailable');
    // A fault must not hold one of the few places for fetches.
    setting.answer = answering();
    expect(await setting.outcomeOf()).toBe('Fetched');
  });
});

describe('keeping metadata documents', () => {
  it.each([
    [300, 300, 'the publisher said so'],
    [5, minute, 'a sign-in asks more than once'],
    [10 * day, day, 'a withdrawn redirect URI must not live longer'],
  ])('keeps a document of %d seconds for %d, because %s', async (maxAgeSeconds, kept) => {
    const setting = aSetting();
    setting.answer = answering(maxAgeSeconds);
    await setting.outcomeOf();
    setting.seconds += kept - 1;
    await setting.outcomeOf();
    expect(setting.fetched).toHaveLength(1);
    setting.seconds += 1;
    await setting.outcomeOf();
    expect(setting.fetched).toHaveLength(2);
  });

  it('keeps nothing that came with no-store, not even for an outage', async () => {
    const setting = aSetting();
    setting.answer = answering(0);
    await setting.outcomeOf();
    await setting.outcomeOf();
    expect(setting.fetched).toHaveLength(2);
    setting.answer = silent;
    expect(await setting.outcomeOf()).toBe('client_document_unavailable');
  });

  it('keeps no refusal, because a publisher that was down a second ago may be back', async () => {
    const setting = aSetting();
    setting.answer = silent;
    expect(await setting.outcomeOf()).toBe('client_document_unavailable');
    setting.answer = answering();
    expect(await setting.outcomeOf()).toBe('Fetched');
  });

  it('keeps one document per client id', async () => {
    const setting = aSetting();
    await setting.outcomeOf('https://a.example/x');
    await setting.outcomeOf('https://b.example/x');
    await setting.outcomeOf('https://a.example/x');
    expect(setting.fetched).toEqual(['https://a.example/x', 'https://b.example/x']);
  });

  it('forgets what was used least recently, because anybody may publish any number', async () => {
    const setting = aSetting();
    const id = (number: number) => `https://client.example/${number}`;
    for (let number = 0; number < maxCachedDocuments; number += 1)
      await setting.outcomeOf(id(number));
    await setting.outcomeOf(id(0));
    await setting.outcomeOf(id(maxCachedDocuments));
    setting.fetched.length = 0;
    await setting.outcomeOf(id(0));
    expect(setting.fetched).toEqual([]);
    await setting.outcomeOf(id(1));
    expect(setting.fetched).toEqual([id(1)]);
  });
});

describe('many requests at one time', () => {
  /** A publisher that answers when the test says so. */
  const aGate = () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const answer: FetchDocument = async (id) => {
      await gate;
      return ok({ document: aDocument(id), maxAgeSeconds: 300 });
    };
    return { answer, release };
  };

  it('share one fetch for one client, because a burst of sign-ins is one question', async () => {
    const [setting, gate] = [aSetting(), aGate()];
    setting.answer = gate.answer;
    const all = Array.from({ length: 20 }, () => setting.outcomeOf());
    gate.release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['Fetched']));
    expect(setting.fetched).toHaveLength(1);
  });

  it('are refused past the limit, because made-up client ids must not use up our sockets', async () => {
    const wellKnown = 'https://known.example/x';
    const setting = aSetting({ pinned: (id) => (id === wellKnown ? pinned(id) : undefined) });
    const gate = aGate();
    setting.answer = gate.answer;
    const id = (number: number) => `https://client.example/${number}`;
    const flood = Array.from({ length: maxConcurrentFetches }, (_, number) =>
      setting.outcomeOf(id(number)),
    );
    expect(await setting.outcomeOf(id(99))).toBe('client_document_unavailable');
    // The flood must not lock out those whose documents are known anyway.
    expect(await setting.outcomeOf(wellKnown)).toBe('Pinned');
    expect(setting.fetched).toHaveLength(maxConcurrentFetches);
    gate.release();
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['Fetched']));
    expect(await setting.outcomeOf(id(99))).toBe('Fetched');
  });
});

describe('when the publisher does not answer', () => {
  it('uses the last copy for a day past its lifetime, because an outage must not lock users out', async () => {
    const setting = aSetting({ pinned });
    await setting.outcomeOf();
    setting.answer = silent;
    setting.seconds += 300 + day - 1;
    expect(await setting.outcomeOf()).toBe('Fetched');
    // The minute of a copy does not prolong its day.
    setting.seconds += 1;
    expect(await setting.outcomeOf()).toBe('Pinned');
  });

  it.each([
    ['a stale copy', 'Fetched', answering()],
    ['a pinned copy', 'Pinned', silent],
  ])(
    'asks once a minute while it serves %s, because each attempt costs a user time',
    async (_what, name, firstAnswer) => {
      const setting = aSetting({ pinned });
      setting.answer = firstAnswer;
      await setting.outcomeOf();
      setting.seconds += 300;
      setting.answer = silent;
      setting.fetched.length = 0;
      expect(await setting.outcomeOf()).toBe(name);
      setting.seconds += minute - 1;
      expect(await setting.outcomeOf()).toBe(name);
      expect(setting.fetched).toHaveLength(1);
      setting.seconds += 1;
      setting.answer = answering(300, { client_name: 'Renamed' });
      expect(await setting.outcomeOf()).toBe('Renamed');
    },
  );

  it('asks once a minute from the first use of a pinned copy on', async () => {
    const setting = aSetting({ pinned });
    setting.answer = silent;
    await setting.outcomeOf();
    setting.seconds += minute - 1;
    expect(await setting.outcomeOf()).toBe('Pinned');
    expect(setting.fetched).toHaveLength(1);
  });

  it('holds the pinned copy to every rule, because the operator’s redirect policy applies to it', async () => {
    const setting = aSetting({ pinned: () => aDocument('https://other.example/x') });
    setting.answer = silent;
    expect(await setting.outcomeOf()).toBe('client_document_invalid');
  });
});

describe('when the publisher answers something else', () => {
  const refusals: readonly (readonly [what: string, answer: FetchDocument])[] = [
    [
      'a document for another client',
      async () => ok({ document: aDocument('https://x.example/x'), maxAgeSeconds: 300 }),
    ],
    ['a document without redirect URIs', answering(300, { redirect_uris: [] })],
    [
      'a document that wants a secret',
      answering(300, { token_endpoint_auth_method: 'client_secret_post' }),
    ],
    ['an answer that is no document', async () => err(invalid('content type'))],
    ['that the document is gone', async () => err(invalid('status', { status: 410 }))],
  ];

  it.each(refusals)(
    'refuses on %s although there is a pinned copy, because the publisher is right',
    async (_what, answer) => {
      const setting = aSetting({ pinned });
      setting.answer = answer;
      expect(await setting.outcomeOf()).toBe('client_document_invalid');
    },
  );

  it.each(refusals)(
    'forgets its copy on %s, because an outage must not bring it back',
    async (_what, answer) => {
      const setting = aSetting();
      await setting.outcomeOf();
      setting.seconds += 301;
      setting.answer = answer;
      expect(await setting.outcomeOf()).toBe('client_document_invalid');
      setting.answer = silent;
      expect(await setting.outcomeOf()).toBe('client_document_unavailable');
    },
  );

  it('believes a changed document over the pinned copy, because the publisher is right', async () => {
    const setting = aSetting({ pinned });
    const moved = ['https://client.example/new'];
    setting.answer = answering(300, { redirect_uris: moved });
    expect(await setting.documents.get(clientId)).toMatchObject({ value: { redirectUris: moved } });
  });
});
