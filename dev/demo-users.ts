/** The people and rights of local mode: two tenants, different groups. */

export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  readonly tenant: string;
  readonly groups: readonly string[];
}

// Worth nothing anywhere else: the user pool they open is gone with the process.
const password = 'Demo-Password-1';

const demoUser = (username: string, tenant: string, role: string): DemoUser => ({
  username,
  password,
  email: `${username}@${tenant}.example`,
  tenant,
  groups: [`tenant:${tenant}`, role],
});

export const demoUsers: readonly DemoUser[] = [
  demoUser('alice', 'acme', 'admins'),
  demoUser('bob', 'acme', 'readers'),
  demoUser('carol', 'globex', 'editors'),
];

const reading = ['mcp:tools:read', 'mcp:resources:read', 'mcp:prompts:read'];
const editing = [...reading, 'mcp:tools:execute'];

/** Which scopes a group's members may be granted: the pre-token-generation trigger's configuration. */
export const groupScopes: Readonly<Record<string, string[]>> = {
  readers: reading,
  editors: editing,
  admins: [...editing, 'mcp:notes:delete'],
};

/** As the consent page explains them. */
export const demoScopes = [
  { name: 'mcp:tools:read', description: 'See which tools there are', isEveryday: true },
  {
    name: 'mcp:tools:execute',
    description: 'Use tools for you, such as adding a note',
    isEveryday: true,
  },
  { name: 'mcp:resources:read', description: 'Read your organisation’s notes', isEveryday: true },
  { name: 'mcp:prompts:read', description: 'Use the prompts of this server', isEveryday: true },
  { name: 'mcp:notes:delete', description: 'Delete notes for good', isEveryday: false },
] as const;
