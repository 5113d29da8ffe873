import { describe, expect, it } from 'vitest';
import { AccessLog } from '../../../lib/index.ts';
import { aServer, aStack, resourcesOf } from '../../support/synth.ts';

describe('the access log', () => {
  const { server, template: synthesise } = aServer();
  const template = synthesise();

  it('holds no field in which a code or a session travels', () => {
    const [delivery] = resourcesOf(template, 'AWS::Logs::Delivery');
    const fields: string[] = delivery?.Properties.RecordFields;
    expect(fields).toContain('cs-uri-stem');
    expect(fields.filter((field) => /query|cookie|referer|forwarded/i.test(field))).toEqual([]);
  });

  it('lets the log service write, for this account alone', () => {
    const [policy] = resourcesOf(template, 'AWS::Logs::ResourcePolicy');
    const document = JSON.stringify(policy?.Properties.PolicyDocument);
    expect(document).toContain('delivery.logs.amazonaws.com');
    expect(document).toContain('aws:SourceAccount');
  });

  it('is refused outside us-east-1, because CloudFront delivers nowhere else', () => {
    const { distribution } = server.edge;
    expect(() => new AccessLog(aStack('eu-west-1'), 'AccessLog', { distribution })).toThrow(
      "'AccessLog' must be in a stack of region us-east-1, where CloudFront delivers, got eu-west-1",
    );
  });
});
