/**
 * Which managed WAF rules refuse what MCP clients lawfully send, and where. Each is set to count and
 * blocks again, by its label, on every other path. WAF ignores a misspelt rule or label in silence:
 * a test compares this table with the documented names.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */

export interface ManagedRuleException {
  /** Name of a rule in AWSManagedRulesCommonRuleSet. */
  readonly rule: string;
  /** Last part of the label that the rule sets; its spelling differs from the rule's. */
  readonly label: string;
}

/** One set of paths and the rules that only count there. */
export interface ExceptionGroup {
  readonly reason: string;
  /** `MCP` stands for the path of the MCP endpoint; a trailing `*` means everything below. */
  readonly paths: readonly string[];
  readonly exceptions: readonly ManagedRuleException[];
}

export const coreRuleSetLabels = 'awswaf:managed:aws:core-rule-set:';

export const exceptionGroups: readonly ExceptionGroup[] = [
  {
    reason: 'arguments of tools are files, markup and programs: long, with paths and script tags',
    paths: ['MCP'],
    exceptions: [
      { rule: 'SizeRestrictions_BODY', label: 'SizeRestrictions_Body' },
      { rule: 'GenericLFI_BODY', label: 'GenericLFI_Body' },
      { rule: 'CrossSiteScripting_BODY', label: 'CrossSiteScripting_Body' },
    ],
  },
  {
    reason: 'native clients register and redeem http://127.0.0.1 redirect URIs; tools take URLs',
    paths: ['MCP', '/oauth/*'],
    exceptions: [
      { rule: 'EC2MetaDataSSRF_BODY', label: 'EC2MetaDataSSRF_Body' },
      { rule: 'GenericRFI_BODY', label: 'GenericRFI_Body' },
    ],
  },
  {
    reason: 'authorization requests carry loopback redirect URIs and long state values',
    paths: ['/oauth/authorize'],
    exceptions: [
      { rule: 'EC2MetaDataSSRF_QUERYARGUMENTS', label: 'EC2MetaDataSSRF_QueryArguments' },
      { rule: 'GenericRFI_QUERYARGUMENTS', label: 'GenericRFI_QueryArguments' },
      { rule: 'SizeRestrictions_QUERYSTRING', label: 'SizeRestrictions_QueryString' },
    ],
  },
  {
    reason: 'many agent SDKs send no User-Agent header; browsers always do',
    paths: ['MCP', '/oauth/token', '/oauth/register', '/oauth/revoke', '/.well-known/*'],
    exceptions: [{ rule: 'NoUserAgent_HEADER', label: 'NoUserAgent_Header' }],
  },
];
