import { Aws, Fn } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A physical name for resources that cannot do without one. The same at every synth; unique across
 * accounts, because it contains the id of the stack; new when the stack is deleted and made again,
 * so that what was retained of the first does not collide with the second.
 *
 * 46 characters longer than its prefix: lower-case letters, digits and hyphens.
 */
export const uniqueName = (construct: IConstruct, prefix: string): string => {
  const stackGuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.join('-', [prefix, construct.node.addr.slice(-8), stackGuid]);
};
