import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Egress, Network } from '../../../lib/index.ts';
import { aStack, resourcesOf } from '../../support/synth.ts';

const aNetwork = (egress?: Egress): Template => {
  const stack = aStack();
  new Network(stack, 'Network', egress ? { egress } : {});
  return Template.fromStack(stack);
};

describe('the network', () => {
  const template = aNetwork();

  it('has an internet gateway, because CloudFront makes no VPC origin without one', () => {
    expect(resourcesOf(template, 'AWS::EC2::VPCGatewayAttachment')).toHaveLength(1);
  });

  it('has two zones with a private and a public subnet each, none of which hands out public addresses', () => {
    const subnets = resourcesOf(template, 'AWS::EC2::Subnet');
    expect(subnets).toHaveLength(4);
    expect(subnets.every(({ Properties }) => Properties.MapPublicIpOnLaunch === false)).toBe(true);
  });

  it('empties the default security group, because everything that names none would share it', () => {
    expect(resourcesOf(template, 'Custom::VpcRestrictDefaultSG')).toHaveLength(1);
  });

  it('logs rejected connections', () => {
    const [flowLog] = resourcesOf(template, 'AWS::EC2::FlowLog');
    expect(flowLog?.Properties.TrafficType).toBe('REJECT');
  });

  it('asks AWS nothing at synth as long as the stack names no account', () => {
    expect(JSON.stringify(template.toJSON())).toContain('Fn::GetAZs');
    expect(JSON.stringify(template.toJSON())).not.toContain('dummy1a');
  });
});

describe('the way out', () => {
  it('is one gateway unless more are asked for, because each costs 37 USD a month', () => {
    expect(resourcesOf(aNetwork(), 'AWS::EC2::NatGateway')).toHaveLength(1);
    expect(resourcesOf(aNetwork(Egress.natGateway(2)), 'AWS::EC2::NatGateway')).toHaveLength(2);
  });

  it('can be a small instance that admits the network only, with the CDK’s open default closed', () => {
    const template = aNetwork(Egress.natInstance());
    const [instance] = resourcesOf(template, 'AWS::EC2::Instance');
    expect(instance?.Properties).toMatchObject({
      InstanceType: 't4g.nano',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }],
    });
    const [group] = resourcesOf(template, 'AWS::EC2::SecurityGroup');
    expect(group?.Properties.SecurityGroupIngress).toMatchObject([
      { CidrIp: '10.0.0.0/20', FromPort: 443, ToPort: 443 },
    ]);
    expect(resourcesOf(template, 'AWS::EC2::NatGateway')).toHaveLength(0);
  });
});
