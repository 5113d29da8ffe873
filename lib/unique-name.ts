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

/**
 * As {@link uniqueName}, for services that allow 40 characters: 31 longer than its prefix. Leaves
 * out the parts of the stack's id that are the same in all ids made at about the same time.
 */
export const shortUniqueName = (construct: IConstruct, prefix: string): string => {
  const stackGuid = Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID)), 5);
  const parts = [Fn.select(0, stackGuid), Fn.select(4, stackGuid)];
  return Fn.join('-', [prefix, construct.node.addr.slice(-8), ...parts]);
};
