import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { authorizationRows } from './contract/authorization-rows.ts';
import { discoveryRows } from './contract/discovery-rows.ts';
import { loginRows } from './contract/login-rows.ts';
import { refreshRows } from './contract/refresh-rows.ts';
import { tokenRows } from './contract/token-rows.ts';
import { tokenShapeRows } from './contract/token-shape-rows.ts';
import { triggerRows } from './contract/trigger-rows.ts';
import { type ContractRow, createSubject, type Subject } from './subject.ts';

// The rules of Cognito that the rest of the tests rely on, one row each, with the page of the
// developer guide (or the report) that says so. A row talks to the pool over HTTP, except for the
// clock, the trigger's answers and the administrator's moves.

const contract: Readonly<Record<string, readonly ContractRow[]>> = {
  discovery: discoveryRows,
  'authorization endpoint': authorizationRows,
  'login and logout': loginRows,
  'token endpoint': tokenRows,
  'token shape': tokenShapeRows,
  'refresh, revocation and userInfo': refreshRows,
  'pre token generation trigger': triggerRows,
};

describe('the simulator keeps the contract of Cognito', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await createSubject();
  });
  afterEach(() => subject.answerTriggerWith({}));
  afterAll(() => subject.close());

  describe.each(Object.entries(contract))('%s', (_name, rows) => {
    it.each(rows)('$rule [$source]', ({ holds }) => holds(subject));
  });
});
