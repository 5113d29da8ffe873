/**
 * What CloudWatch does with a line of Embedded Metric Format: takes it as metrics if it keeps the
 * rules, else says which rule it breaks. Written from the specification, not from our writer.
 */

export interface ExtractedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const units = new Set(['Count', 'Milliseconds', 'Seconds', 'Bytes', 'Percent', 'None']);

const valuesOf = (name: string, member: unknown): readonly number[] => {
  const values = Array.isArray(member) ? member : [member];
  if (values.length === 0 || values.length > 100)
    throw new Error(`${name} must have 1 to 100 values, got ${values.length}`);
  for (const value of values)
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new Error(`${name} must be a number, got ${String(value)}`);
  return values;
};

const dimensionsOf = (root: Record<string, unknown>, names: unknown) => {
  if (!Array.isArray(names) || names.length > 30)
    throw new Error('a dimension set must be a list of at most 30 names');
  return Object.fromEntries(
    names.map((name) => {
      const value = root[name];
      if (typeof value !== 'string' || value.length === 0 || value.length > 1024)
        throw new Error(`dimension ${name} must be text at the root`);
      return [name, value];
    }),
  );
};

/**
 * The metrics of one log line; none if it is no EMF line.
 *
 * @throws Error that names the broken rule
 */
export const extractMetrics = (line: string): readonly ExtractedMetric[] => {
  const root: unknown = JSON.parse(line);
  if (!isRecord(root) || !('_aws' in root)) return [];
  if (Buffer.byteLength(line) > 256 * 1024) throw new Error('a line must be below 256 KB');
  const { _aws: aws } = root;
  if (!isRecord(aws)) throw new Error('_aws must be an object');
  if (!Number.isInteger(aws.Timestamp)) throw new Error('Timestamp must be milliseconds');
  if (!Array.isArray(aws.CloudWatchMetrics) || aws.CloudWatchMetrics.length === 0)
    throw new Error('CloudWatchMetrics must be a list');
  return aws.CloudWatchMetrics.flatMap((directive: Record<string, unknown>) => {
    const { Namespace: namespace, Dimensions: sets, Metrics: definitions } = directive;
    if (typeof namespace !== 'string' || !/^[\w.\-/#:]{1,255}$/.test(namespace))
      throw new Error(`a namespace must be 1 to 255 safe characters, got ${String(namespace)}`);
    if (!Array.isArray(sets) || sets.length === 0)
      throw new Error('there must be at least one dimension set');
    if (!Array.isArray(definitions) || definitions.length > 100)
      throw new Error('a directive must define at most 100 metrics');
    return definitions.flatMap(({ Name: name, Unit: unit }) => {
      if (typeof name !== 'string' || name.length === 0 || name.length > 255)
        throw new Error('a metric must have a name of 1 to 255 characters');
      if (!units.has(unit)) throw new Error(`${name} has no unit, got ${unit}`);
      if (!Object.hasOwn(root, name)) throw new Error(`${name} must be a member of the root`);
      const values = valuesOf(name, root[name]);
      return sets.map((set) => ({
        namespace,
        name,
        unit,
        dimensions: dimensionsOf(root, set),
        values,
      }));
    });
  });
};
