import { createHash } from 'node:crypto';
import { Aws, Fn, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const placeOf = (construct: IConstruct): string =>
  createHash('sha256')
    .update(construct.node.path.slice(Stack.of(construct).node.path.length))
    .digest('hex')
    .slice(0, 8);

/**
 * A physical name for resources that cannot do without one. The same at every synth, and whether a
 * stage is deployed by hand or by a pipeline: only the place inside the stack counts. Unique across
 * accounts, because it contains the id of the stack; new when the stack is deleted and made again,
 * so that what was retained of the first does not collide with the second.
 *
 * 46 characters longer than its prefix: lower-case letters, digits and hyphens.
 */
export const uniqueName = (construct: IConstruct, prefix: string): string => {
  const stackGuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.join('-', [prefix, placeOf(construct), stackGuid]);
};

/**
 * As {@link uniqueName}, for services that allow 40 characters: 31 longer than its prefix. Leaves
 * out the parts of the stack's id that are the same in all ids made at about the same time.
 */
export const shortUniqueName = (construct: IConstruct, prefix: string): string => {
  const stackGuid = Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID)), 5);
  const parts = [Fn.select(0, stackGuid), Fn.select(4, stackGuid)];
  return Fn.join('-', [prefix, placeOf(construct), ...parts]);
};
