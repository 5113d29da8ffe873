import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';

/** The few shapes of AWS WAF statements that the rules are made of. */

type Statement = CfnWebACL.StatementProperty;

// Encoded and doubled slashes are undone first, so that /oauth%2ftoken is no way around a rule.
const pathTransformations = [
  { priority: 0, type: 'URL_DECODE' },
  { priority: 1, type: 'NORMALIZE_PATH' },
];

/** `/oauth/*` matches everything below, anything else itself only. */
export const pathIs = (pattern: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: pattern.endsWith('*') ? 'STARTS_WITH' : 'EXACTLY',
    searchString: pattern.replace(/\*$/, ''),
    textTransformations: pathTransformations,
  },
});

export const methodIs = (method: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { method: {} },
    positionalConstraint: 'EXACTLY',
    searchString: method,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});

/** A header, in lower case, that begins so. */
export const headerStartsWith = (name: string, searchString: string): Statement => ({
  byteMatchStatement: {
    // Free JSON to CloudFormation, so that a lower-case `name` would fail only at deployment.
    fieldToMatch: { singleHeader: { Name: name } },
    positionalConstraint: 'STARTS_WITH',
    searchString,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});

/** A query argument that is exactly this, after URL decoding. An absent one is not. */
export const argumentIs = (name: string, searchString: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { singleQueryArgument: { Name: name } },
    positionalConstraint: 'EXACTLY',
    searchString,
    textTransformations: [{ priority: 0, type: 'URL_DECODE' }],
  },
});

/** A query argument of at least so many characters. An absent one has none. */
export const argumentHasLength = (name: string, size: number): Statement => ({
  sizeConstraintStatement: {
    fieldToMatch: { singleQueryArgument: { Name: name } },
    comparisonOperator: 'GE',
    size,
    textTransformations: [{ priority: 0, type: 'URL_DECODE' }],
  },
});

export const hasLabel = (key: string): Statement => ({
  labelMatchStatement: { scope: 'LABEL', key },
});

/** WAF refuses an OR of one. */
export const anyOf = (statements: readonly Statement[]): Statement => {
  const [only, ...others] = statements;
  if (only && others.length === 0) return only;
  return { orStatement: { statements: [...statements] } };
};

export const allOf = (...statements: readonly Statement[]): Statement => ({
  andStatement: { statements: [...statements] },
});

export const not = (statement: Statement): Statement => ({ notStatement: { statement } });
