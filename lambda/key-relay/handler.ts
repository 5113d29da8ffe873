import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readEnvironment } from './config.ts';
import type { KeyRelayParts, KeyStore } from './key-relay.ts';
import { run } from './run.ts';

const bucketStore = (client: S3Client, Bucket: string): KeyStore => ({
  put: async (Key, Body) => {
    const ContentType = 'application/json';
    await client.send(
      // Whoever keeps a copy asks S3 again before it uses it.
      new PutObjectCommand({ Bucket, Key, Body, ContentType, CacheControl: 'no-cache' }),
    );
  },
  remove: async (Key) => {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  },
});

const compose = (): KeyRelayParts => {
  const { bucketName, keySets } = readEnvironment();
  return { keySets, store: bucketStore(new S3Client({}), bucketName), fetch };
};

let parts: KeyRelayParts | undefined;

/** The Lambda entry, for a schedule and for CloudFormation. Configured at the first event. */
export const handler = (event: unknown): Promise<void> => {
  parts ??= compose();
  return run(event, parts, (line) => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
};
