import { describe, expect, it } from 'vitest';
import { Authorization } from '../../../lib/index.ts';
import { aServer, resourcesOf } from '../../support/synth.ts';

const regional = (props?: Parameters<typeof aServer>[0]) =>
  resourcesOf(aServer(props).template(), 'AWS::WAFv2::WebACL').filter(
    ({ Properties }) => Properties.Scope === 'REGIONAL',
  );

describe('the firewall of the login page', () => {
  it('is there and belongs to the pool, because CloudFront does not see that door', () => {
    const template = aServer().template();
    const [association] = resourcesOf(template, 'AWS::WAFv2::WebACLAssociation');
    expect(JSON.stringify(association?.Properties.ResourceArn)).toContain('UserPool');
  });

  it('never counts the authorization server, which redeems codes for everybody from few addresses', () => {
    const rules = regional()[0]?.Properties.Rules;
    expect(rules).toHaveLength(2);
    for (const { Statement } of rules) {
      const [statement] = Object.values(Statement) as { ScopeDownStatement: object }[];
      expect(JSON.stringify(statement?.ScopeDownStatement)).toMatch(
        /NotStatement.*\/oauth2\/token.*\/oauth2\/revoke/,
      );
    }
  });

  it('can be left out where nobody signs in but developers', () => {
    expect(
      regional({ authorization: Authorization.broker({ protectLoginPage: false }) }),
    ).toHaveLength(0);
  });
});
