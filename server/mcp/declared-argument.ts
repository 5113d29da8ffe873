import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';

/**
 * Guarantees that an argument that is to be checked exists: a typing error in `tenantArgument` would
 * switch the check off without anybody noticing. Throws where the author can see it, at the start.
 */
export const assertDeclaredArgument = (
  owner: string,
  name: string | undefined,
  schema: StandardSchemaWithJSON,
): void => {
  if (name === undefined) return;
  const { properties } = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
  const names = Object.keys((properties as object | undefined) ?? {});
  if (!names.includes(name))
    throw new Error(
      `'tenantArgument' of '${owner}' must be one of ${names.join(', ')}, got '${name}'`,
    );
};
