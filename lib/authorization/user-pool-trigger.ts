import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { CfnUserPool, IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IConstruct } from 'constructs';

/** Names the function that the pool asks before it signs a token: by its name, see ADR 0011. */
export const nameTrigger = (resource: CfnUserPool, functionName: string): void => {
  resource.addPropertyOverride('LambdaConfig.PreTokenGenerationConfig', {
    LambdaVersion: 'V3_0',
    LambdaArn: Stack.of(resource).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  });
};

/** The older of Cognito's two spellings, which pools use unless told otherwise. */
export const originalIssuer = (construct: IConstruct, { userPoolId }: IUserPool): string =>
  `https://cognito-idp.${Stack.of(construct).region}.${Aws.URL_SUFFIX}/${userPoolId}`;
