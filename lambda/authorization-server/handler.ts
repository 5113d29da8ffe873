import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ALBEvent, ALBResult } from 'aws-lambda';
import { keyMark } from '../../oauth/log-privacy.ts';
import type { Evidence } from '../../oauth/rejection.ts';
import { securityEvent } from '../../oauth/security-event.ts';
import { logPrivacyWith } from '../log-privacy.ts';
import { createFunctionLog, flushingAfter } from '../security-log.ts';
import { requestOf, resultOf } from './alb-event.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { createDocumentFetcher } from './clients/fetch-document.ts';
import { createMetadataDocuments } from './clients/metadata-documents.ts';
import { wellKnownDocument } from './clients/well-known-documents.ts';
import { composeAuthorizationServer } from './compose.ts';
import { parseSecret, readEnvironment } from './config.ts';
import { watchedLog } from './detections.ts';
import { createInvocationMetrics } from './metrics.ts';
import { revocationFeedKeyOf } from './revocations.ts';
import { createDynamoDbClient } from './store/dynamodb-client.ts';
import { createDynamoDbGrantStore } from './store/dynamodb-grant-store.ts';

/** The Lambda function behind the load balancer. Set up once per execution environment. */

const config = readEnvironment();
let server: Promise<AuthorizationServer> | undefined;

/** New keys and a rotated client secret are picked up this often without a deployment. */
const secretLifetimeMilliseconds = 15 * 60_000;
let loadedAt = 0;

const load = async (): Promise<AuthorizationServer> => {
  const secrets = new SecretsManagerClient({});
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: config.secretArn }),
  );
  const { clientSecret, sealingKeys, logPseudonymKey } = parseSecret(SecretString ?? '{}');
  const privacy = logPrivacyWith(logPseudonymKey, config.logAddresses);
  recordConfiguration({ sealingKeys: sealingKeys.map(({ id }) => id), ...keyMark(privacy) });
  return composeAuthorizationServer(
    {
      ...config.settings,
      sealingKeys,
      upstream: { ...config.upstream, clientSecret },
      revocationFeedKey: revocationFeedKeyOf(logPseudonymKey),
    },
    { store, documents, securityLog, privacy },
  );
};

let recorded: string | undefined;

/** On the record when it is new: keys are read again every quarter of an hour. */
const recordConfiguration = (evidence: Evidence): void => {
  const configuration = JSON.stringify(evidence);
  if (configuration === recorded) return;
  recorded = configuration;
  const correlationId = crypto.randomUUID().replaceAll('-', '');
  const context = { time: Date.now(), correlationId, component: 'authorization-server' } as const;
  securityLog.record(securityEvent('service.configured', context, { evidence }));
};

const eventLog = createFunctionLog('authorization-server');
const metrics =
  config.metricsNamespace === undefined
    ? undefined
    : createInvocationMetrics(
        config.metricsNamespace,
        (line) => process.stdout.write(line),
        Date.now,
      );
const securityLog = watchedLog(metrics?.counting(eventLog) ?? eventLog, config.detections);

const store = createDynamoDbGrantStore({
  client: createDynamoDbClient(),
  tableName: config.tableName,
});
const documents = createMetadataDocuments({
  policy: config.settings.metadataDocuments.policy,
  redirectPolicy: config.settings.redirectPolicy,
  fetchDocument: createDocumentFetcher(),
  now: Date.now,
  pinned: wellKnownDocument,
});

const currentServer = (): Promise<AuthorizationServer> => {
  if (server && Date.now() - loadedAt < secretLifetimeMilliseconds) return server;
  loadedAt = Date.now();
  const loading = load();
  server = loading;
  // A failed load must not be remembered: the next request tries again.
  loading.catch(() => {
    if (server === loading) server = undefined;
  });
  return loading;
};

// CloudFront writes this header itself; the leftmost X-Forwarded-For is the caller's own word.
const clientAddressOf = (event: ALBEvent): string | undefined =>
  event.multiValueHeaders?.['cloudfront-viewer-address']?.[0]?.replace(/:\d+$/, '');

export const handler = (event: ALBEvent): Promise<ALBResult> =>
  flushingAfter(eventLog, async () => {
    const serve = await currentServer();
    const clientAddress = clientAddressOf(event);
    const request = requestOf(event, config.settings.issuer);
    try {
      return resultOf(await serve(request, clientAddress === undefined ? {} : { clientAddress }));
    } finally {
      metrics?.flush();
    }
  });
