import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';

type JsonSchemas = StandardSchemaWithJSON['~standard']['jsonSchema'];

const once = (convert: JsonSchemas['input']): JsonSchemas['input'] => {
  const results = new Map<string, ReturnType<JsonSchemas['input']>>();
  return (options) => {
    const key = JSON.stringify(options);
    const known = results.get(key);
    if (known) return known;
    const result = convert(options);
    results.set(key, result);
    return result;
  };
};

/** The SDK asks for a tool's JSON Schema on every call; the answer never changes. */
export const withMemoisedJsonSchema = <Schema extends StandardSchemaWithJSON>(
  schema: Schema,
): Schema => {
  const { version, vendor, validate, types, jsonSchema } = schema['~standard'];
  const memoised = {
    '~standard': {
      version,
      vendor,
      validate,
      types,
      jsonSchema: { input: once(jsonSchema.input), output: once(jsonSchema.output) },
    },
  };
  // Only the Standard Schema face is passed on; the SDK uses nothing else of a schema.
  return memoised as unknown as Schema;
};
