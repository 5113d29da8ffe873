import { UriTemplate } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rulesOf } from '../../../oauth/access-rule.ts';
import { resourcePattern } from '../../../oauth/resource-pattern.ts';
import { completeAccessPolicy } from '../../../server/mcp/backend.ts';
import { applicationBackend } from '../../../server/mcp/handler.ts';
import { definePrompt } from '../../../server/mcp/prompt.ts';
import { defineResource } from '../../../server/mcp/resource.ts';
import { defineTool } from '../../../server/mcp/tool.ts';

const about = { title: 'T', description: 'D', requiredScopes: [] };
const tool = (name: string, tenantArgument?: string) =>
  defineTool({
    ...about,
    name,
    tenantArgument,
    inputSchema: z.object({ tenant: z.string() }),
    annotations: {},
    handler: () => ({ content: [] }),
  });

describe('declarations', () => {
  it('must name a tenant argument that exists, because a typing error would switch the check off', () => {
    expect(tool('a', 'tenant').rule).toMatchObject({ tenantArgument: 'tenant' });
    expect(() => tool('a', 'tennant')).toThrow("must be one of tenant, got 'tennant'");
    const prompt = (tenantArgument: string) =>
      definePrompt({
        ...about,
        name: 'p',
        tenantArgument,
        argsSchema: z.object({ org: z.string() }),
        handler: () => ({ messages: [] }),
      });
    expect(() => prompt('tenant')).toThrow('must be one of org');
  });

  it('must have a URI pattern that can be guarded, with the variable that names the tenant', () => {
    const resource = (uri: string, tenantVariable?: string) =>
      defineResource({
        ...about,
        name: 'r',
        uri,
        tenantVariable,
        handler: () => ({ contents: [] }),
      });
    expect(() => resource('a://{x}{y}')).toThrow('one variable');
    expect(() => resource('a://{x}', 'tenant')).toThrow("'tenantVariable' must be a variable");
  });

  it('cannot be overruled by a second rule for the same name, because it would be open which one guards it', () => {
    const application = {
      name: 'n',
      version: '1',
      tools: [tool('a')],
      access: { tools: { a: {} } },
    };
    expect(() => applicationBackend(application)).toThrow("must not name 'a'");
  });
});

describe('the configured scopes of tools', () => {
  const config = { everydayScopes: [], toolScopes: { a: ['more'], b: ['b'] } };

  it('add to what is declared', () => {
    const { tools } = completeAccessPolicy(
      { tools: { a: { scopes: ['own'], groups: ['g'] } } },
      config,
    );
    expect(tools).toEqual({ a: { scopes: ['own', 'more'], groups: ['g'] }, b: { scopes: ['b'] } });
  });

  it('open nothing that is denied because no rule names it', () => {
    const { tools } = completeAccessPolicy({ tools: { a: {} }, unlisted: 'deny' }, config);
    expect(tools).toEqual({ a: { scopes: ['more'] } });
  });
});

describe('a URI that the SDK would serve', () => {
  const sources = ['a:///{tenant}/{id}', 'a://{tenant}/x{id}', 'a:///{tenant}/{+path}', 'a:///all'];
  const piece = fc.constantFrom(
    'a',
    ':',
    '/',
    '//',
    '.',
    '..',
    '%2e',
    '%2f',
    '%61',
    ',',
    '?',
    '#',
    '\\',
    'all',
    'x',
    'é',
    ' ',
  );
  const uri = fc.array(piece, { maxLength: 8 }).map((pieces) => `a://${pieces.join('')}`);

  it.each(sources)(
    'as %s is seen by the rule for it, because two matchers must not disagree',
    (source) => {
      const pattern = resourcePattern(source);
      if (!pattern.ok) throw new Error(pattern.error);
      const rules = {
        tools: {},
        prompts: {},
        resources: [{ pattern: pattern.value, tenantVariable: 'tenant' }],
      };
      const template = new UriTemplate(source);
      let matches = 0;
      fc.assert(
        fc.property(uri, (name) => {
          const served = URL.canParse(name) && template.match(new URL(name).href);
          if (!served) return;
          matches += 1;
          const applied = rulesOf({ kind: 'resource', name }, rules).rules;
          expect(applied.map(({ values }) => values?.tenant)).toContain(served.tenant);
        }),
        { numRuns: 3000, examples: [[source.replaceAll(/\{\+?\w+\}/g, 'a')]] },
      );
      expect(matches).toBeGreaterThan(0);
    },
  );
});
