/** A CloudFormation template, as far as costs look into it. */

export type Properties = Readonly<Record<string, unknown>>;

export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** Of the same template. */
  readonly siblings: readonly TemplateResource[];
}

export const isRecord = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordsIn = (value: unknown): readonly Properties[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

export const recordOf = (value: unknown): Properties => (isRecord(value) ? value : {});

/** The resources of one template. */
export const resourcesOf = (template: unknown): readonly TemplateResource[] => {
  const resources: TemplateResource[] = [];
  for (const [logicalId, value] of Object.entries(recordOf(recordOf(template).Resources))) {
    const { Type, Properties: properties } = recordOf(value);
    resources.push({
      logicalId,
      type: String(Type),
      properties: recordOf(properties),
      siblings: resources,
    });
  }
  return resources;
};

/** A number that is written out. What only CloudFormation knows cannot be priced. */
export const numberOf = ({ logicalId, properties }: TemplateResource, name: string): number => {
  const value = Number(properties[name]);
  if (!Number.isFinite(value) || properties[name] === null)
    throw new Error(
      `'${logicalId}.${name}' must be a number to be priced, got ${JSON.stringify(properties[name])}`,
    );
  return value;
};

/** The resource of the same template that `{ Ref }` or `Fn::GetAtt` names. */
export const referenced = (
  { siblings }: TemplateResource,
  value: unknown,
): TemplateResource | undefined => {
  const { Ref, 'Fn::GetAtt': attribute } = recordOf(value);
  const id = Ref ?? (Array.isArray(attribute) ? attribute[0] : undefined);
  return siblings.find(({ logicalId }) => logicalId === id);
};
