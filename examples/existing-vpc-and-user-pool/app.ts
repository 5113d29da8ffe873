import { App, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Authorization, addConnectionOutputs, McpUserPool, SecureMcpServer } from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  vpcCidrBlock: '10.1.0.0/16',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
});
const userPool = McpUserPool.fromUserPool(stack, 'Users', {
  userPool: UserPool.fromUserPoolId(stack, 'UserPool', 'us-east-1_AbCdEfGhI'),
  domainUrl: 'https://login.example.com',
});

const server = new SecureMcpServer(stack, 'McpServer', {
  vpc,
  authorization: Authorization.broker({ userPool }),
});

addConnectionOutputs(stack, server);
