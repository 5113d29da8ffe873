import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Where the metrics of one server are: not mixed with those of another in the same account. */
export const metricsNamespace = (server: IConstruct): string =>
  `SecureMcp/${Names.uniqueResourceName(server, { maxLength: 80, separator: '-' })}`;
