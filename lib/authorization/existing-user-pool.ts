import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { CfnUserPool, type IUserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { uniqueName } from '../unique-name.ts';
import type { IMcpUserPool } from './user-pool.ts';
import { nameTrigger, originalIssuer } from './user-pool-trigger.ts';

export interface ExistingUserPoolProps {
  /**
   * In the region of the stack. It must be on the Essentials plan or above (access tokens cannot be
   * changed on Lite), have no other pre token generation trigger, and have the groups that
   * `groupScopes` and `tenancy` name: none is created in somebody else's pool.
   *
   * A pool made in the same stack is checked and gets its trigger. Of an imported one nothing can be
   * known: its V3 trigger has to be set by whoever owns it, to the function of that name.
   */
  readonly userPool: IUserPool;
  /**
   * Origin of its domain, such as `https://login.example.com`. The domain must have the new managed
   * login (version 2): resource binding is documented for nothing else.
   */
  readonly domainUrl: string;
  /**
   * `iss` of its tokens.
   *
   * @default - the original form, https://cognito-idp.<region>.amazonaws.com/<pool id>
   */
  readonly issuer?: string;
}

const planProblems = ({ userPoolTier }: CfnUserPool): readonly string[] =>
  userPoolTier === 'LITE' ? ["'userPool' must be on the ESSENTIALS or PLUS plan, got LITE"] : [];

/** Looked at when the template is written, because triggers can be added until then. */
const triggerProblems = (resource: CfnUserPool): string[] => {
  const triggers = Stack.of(resource).resolve(resource.lambdaConfig);
  return (triggers?.preTokenGenerationConfig ?? triggers?.preTokenGeneration)
    ? [
        "'userPool' must leave its pre token generation trigger to this server, got another function",
      ]
    : [];
};

const domainProblems = (domainUrl: string): readonly string[] =>
  Token.isUnresolved(domainUrl) ||
  (URL.canParse(domainUrl) &&
    domainUrl.startsWith('https://') &&
    new URL(domainUrl).origin === domainUrl)
    ? []
    : [`'domainUrl' must be an https origin such as https://login.example.com, got ${domainUrl}`];

const cannotBeSeen =
  "'userPool' is configured elsewhere, so these cannot be checked here: it must be on the Essentials plan or above, have a domain with managed login version 2, have the groups that 'groupScopes' and 'tenancy' name, and call the function named by 'preTokenGenerationName' as its pre token generation trigger, version V3_0. Until it does, access tokens carry scopes that no group granted and machine clients are refused.";

/** See {@link McpUserPool.fromUserPool}. */
export class ExistingUserPool extends Construct implements IMcpUserPool {
  readonly userPool: IUserPool;
  readonly issuer: string;
  readonly domainUrl: string;
  readonly preTokenGenerationName: string;
  readonly isExisting = true;

  constructor(scope: Construct, id: string, props: ExistingUserPoolProps) {
    super(scope, id);
    this.userPool = props.userPool;
    this.domainUrl = props.domainUrl;
    this.issuer = props.issuer ?? originalIssuer(this, props.userPool);
    this.preTokenGenerationName = uniqueName(this, 'pre-token');
    const resource = props.userPool.node.defaultChild;
    const isOurs = resource instanceof CfnUserPool && Stack.of(resource) === Stack.of(this);
    const problems = [
      ...(isOurs ? planProblems(resource) : []),
      ...domainProblems(props.domainUrl),
    ];
    if (problems.length > 0)
      throw new Error(`${this.node.path} cannot be used: ${problems.join('; ')}`);
    if (isOurs) {
      nameTrigger(resource, this.preTokenGenerationName);
      this.node.addValidation({ validate: () => triggerProblems(resource) });
    } else Annotations.of(this).addWarningV2('cdk-secure-mcp:existingUserPool', cannotBeSeen);
  }
}
