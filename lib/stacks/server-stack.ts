import { Annotations, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
} from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { aws_wafv2 } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { defaultScopes, everydayScopes } from '../authorization/oauth-scopes.ts';
import { type IMcpUserPool, McpUserPool } from '../authorization/user-pool.ts';
import { addConnectionOutputs } from '../connection-outputs.ts';
import { VerificationAccess } from '../pipeline/verification-access.ts';
import type { VerificationOutputs } from '../pipeline/verified-stage.ts';
import { Verifier } from '../pipeline/verifier.ts';
import { SecureMcpServer } from '../secure-mcp-server.ts';
import { authorizationOf, serverProps } from './server-props.ts';
import type { StageConfiguration } from './stage-configuration.ts';

type VerificationSecrets = Omit<VerificationOutputs, 'roleArn'>;

export interface ServerStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  /** In us-east-1. */
  readonly webAcl: aws_wafv2.IWebACLRef;
  /** In us-east-1, for the domain. @default - CloudFront's own certificate */
  readonly certificate?: ICertificate;
  /** For the role of the verification, if the stage is verified by somebody. */
  readonly verificationRoleName: string;
}

/** The server and all it needs, in the region of the stage. */
export class ServerStack extends Stack {
  readonly server: SecureMcpServer;
  readonly mcpUrl: CfnOutput;
  readonly verification?: VerificationSecrets;

  constructor(scope: Construct, id: string, props: ServerStackProps) {
    super(scope, id, props);
    const { configuration, webAcl, certificate } = props;
    this.server = new SecureMcpServer(this, 'McpServer', {
      ...serverProps(configuration),
      authorization: authorizationOf(configuration, this.existingUserPool(configuration)),
      vpc: this.existingVpc(configuration),
      webAcl,
      certificate,
      ...this.domainOf(configuration),
    });
    this.mcpUrl = this.describe();
    this.verification = this.createVerification(props);
  }

  /** Not asked of AWS: synth needs no credentials, also when the stack is bound to an account. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }

  private domainOf({ domain }: StageConfiguration) {
    if (!domain) return {};
    const hostedZone = HostedZone.fromHostedZoneAttributes(this, 'Zone', domain);
    return {
      domainName: domain.name,
      hostedZone,
      loadBalancerCertificate: new Certificate(this, 'LoadBalancerCertificate', {
        domainName: domain.name,
        validation: CertificateValidation.fromDns(hostedZone),
      }),
    };
  }

  private existingVpc({ vpc }: StageConfiguration): IVpc | undefined {
    if (!vpc) return undefined;
    const { vpcId, availabilityZones, privateSubnetIds } = vpc;
    const existing = Vpc.fromVpcAttributes(this, 'ExistingVpc', {
      vpcId,
      availabilityZones: [...availabilityZones],
      privateSubnetIds: [...privateSubnetIds],
    });
    // Nothing here changes a route of somebody else's network.
    Annotations.of(existing).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    return existing;
  }

  private existingUserPool({ userPool }: StageConfiguration): IMcpUserPool | undefined {
    if (!userPool) return undefined;
    const { userPoolId, domainUrl } = userPool;
    return McpUserPool.fromUserPool(this, 'Users', {
      userPool: UserPool.fromUserPoolId(this, 'ExistingUserPool', userPoolId),
      domainUrl,
    });
  }

  private describe(): CfnOutput {
    const { authorizationServer, operator } = this.server;
    const mcpUrl = addConnectionOutputs(this, this.server);
    const outputs = {
      GrantTableName: [authorizationServer?.grantTable.table.tableName, 'Who let which client in'],
      OperatorFunctionName: [operator?.function.functionName, 'Ends grants and disables users'],
    };
    for (const [name, [value, description]] of Object.entries(outputs))
      if (value !== undefined) new CfnOutput(this, name, { value, description });
    return mcpUrl;
  }

  private createVerification(props: ServerStackProps): VerificationSecrets | undefined {
    const { configuration, verificationRoleName: roleName } = props;
    const { verifiedBy, testUser = false, groupScopes, tenants } = configuration;
    if (verifiedBy === undefined) return undefined;
    const { machineSecret, userSecret } = new VerificationAccess(this, 'Verification', {
      server: this.server,
      verifier: Verifier.parse(this, verifiedBy),
      scopes: everydayScopes(configuration.scopes ?? defaultScopes),
      testUser,
      groups: Object.keys(groupScopes ?? {}),
      tenant: tenants?.[0],
      roleName,
    });
    const output = (name: string, { secretArn: value }: Secret): CfnOutput =>
      new CfnOutput(this, name, { value, description: 'For the verification' });
    return {
      machineSecretArn: output('VerificationMachineSecret', machineSecret),
      ...(userSecret && { userSecretArn: output('VerificationUserSecret', userSecret) }),
    };
  }
}
