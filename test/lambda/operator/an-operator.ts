import {
  type CognitoIdentityProviderClient,
  TooManyRequestsException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import type { GrantStore } from '../../../lambda/authorization-server/store/grant-store.ts';
import { memoryGrantStore } from '../../../lambda/authorization-server/store/memory-grant-store.ts';
import { createOperator } from '../../../lambda/operator/operator.ts';
import { createUserDirectory } from '../../../lambda/operator/user-directory.ts';
import type { DetectionSettings } from '../../../oauth/detection-settings.ts';
import type { SecurityEvent } from '../../../oauth/security-event.ts';
import { checkedLog } from '../../support/checked-log.ts';
import { aGrant, now } from '../store/records.ts';

/** An operator over a Cognito that is an object, with everything it was sent. */

export const userPoolId = 'eu-central-1_abcdef';
export const ada = { username: 'ada', subject: 'a1b2c3d4-0000-4000-8000-00000000000a' };
export const eve = { username: 'Okta_eve@x', subject: 'a1b2c3d4-0000-4000-8000-00000000000e' };

interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = (input: Readonly<Record<string, unknown>>, call: number) => unknown;

export const cognitoUser = ({ username, subject }: typeof ada) => ({
  Username: username,
  Attributes: [{ Name: 'sub', Value: subject }],
});

/** Understands exactly the two filters we send; anything else is a mistake in the test or an injection. */
export const listUsers: Answer = ({ Filter }) => {
  const [, by, value] = /^(sub|username) = "([^"\\]*)"$/.exec(String(Filter)) ?? [];
  if (!by) throw new Error(`a filter nobody meant to send: ${Filter}`);
  const found = [ada, eve].filter(
    (user) => value === (by === 'sub' ? user.subject : user.username),
  );
  return { Users: found.map(cognitoUser) };
};

const aCognito = (answers: Readonly<Record<string, Answer>> = {}) => {
  const calls: Call[] = [];
  const answersByName: Readonly<Record<string, Answer>> = { ListUsers: listUsers, ...answers };
  const send = async (command: { constructor: { name: string }; input: Call['input'] }) => {
    const name = command.constructor.name.replace('Command', '');
    calls.push({ name, input: command.input });
    const count = calls.filter((call) => call.name === name).length;
    return answersByName[name]?.(command.input, count) ?? {};
  };
  const client = { send } as unknown as CognitoIdentityProviderClient;
  return { client, calls, namesCalled: () => calls.map(({ name }) => name) };
};

export const throttled: Answer = () => {
  throw new TooManyRequestsException({ message: 'slow down', $metadata: {} });
};

export const gone: Answer = () => {
  throw new UserNotFoundException({ message: 'User ada does not exist.', $metadata: {} });
};

export const anOperator = (
  answers?: Readonly<Record<string, Answer>>,
  store: GrantStore = memoryGrantStore(),
  detections?: DetectionSettings,
) => {
  const cognito = aCognito(answers);
  const events: SecurityEvent[] = [];
  const operate = createOperator({
    directory: createUserDirectory({ client: cognito.client, userPoolId }),
    store,
    securityLog: checkedLog(events),
    ...(detections && { detections }),
    now: () => now * 1000,
  });
  return { ...cognito, store, events, operate: (event: unknown) => operate(event, 'invocation-1') };
};

export const onlyEvent = (events: readonly SecurityEvent[]) => {
  expect(events).toHaveLength(1);
  return events[0] as SecurityEvent & {
    readonly unmapped: { readonly evidence: Readonly<Record<string, unknown>> };
  };
};

export const codeOf = (event: SecurityEvent): string => event.metadata.event_code;

export const putGrants = async (store: GrantStore, ...members: Parameters<typeof aGrant>[0][]) => {
  const grants = members.map((member) => aGrant(member));
  for (const grant of grants) await store.putGrant(grant);
  return grants.map(({ grantId }) => grantId) as [string, ...string[]];
};
