import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** What the verification signs in with. */
export interface UserSecret {
  readonly username: string;
  readonly password: string;
  /** Key of the authenticator, base32; absent where no second factor is asked for. */
  readonly totpKey?: string;
}

export interface UserSecretStore {
  read(): Promise<UserSecret>;
  write(secret: UserSecret): Promise<void>;
}

/** The exact actions, for the role. */
export const userSecretActions = [
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
] as const;

const membersOf = (text: string): Partial<UserSecret> => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new Error('the secret is not JSON');
  }
};

const parsed = (text = '{}'): UserSecret => {
  const { username, password, totpKey } = membersOf(text);
  if (!username || !password) throw new Error('the secret has no username and password');
  return { username, password, ...(totpKey !== undefined && { totpKey }) };
};

export const createUserSecretStore = (
  client: Pick<SecretsManagerClient, 'send'>,
  secretArn: string,
): UserSecretStore => ({
  read: async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return parsed(SecretString);
  },
  write: async (secret) => {
    const SecretString = JSON.stringify(secret);
    await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
  },
});
