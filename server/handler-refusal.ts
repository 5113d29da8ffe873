import type { Rejection } from '../oauth/rejection.ts';

/**
 * A refusal that was found behind the pipeline: by a tool that looked at a record, or by the guard
 * that looked at a session. Travels to the security log the way a fault does, but is no fault.
 */
export class HandlerRefusal extends Error {
  static readonly code = 'ERR_REFUSED';
  override readonly name = 'HandlerRefusal';
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(rejection.reason);
    this.rejection = rejection;
  }
}
