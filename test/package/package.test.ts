import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { Ajv } from 'ajv';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, pack } from './packed.ts';

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
}, 120_000);
afterAll(() => packed.close());

const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');

/** The official schema, which comes with the library that writes the document. */
const schemaOf = (name: string) =>
  JSON.parse(
    readFileSync(join(dirname(library), 'res', 'schema', `${name}.SNAPSHOT.schema.json`), 'utf8'),
  );

/** Every folder with a handler: one that is not bundled could not be deployed. */
const lambda = new URL('../../lambda/', import.meta.url);
const functions = readdirSync(lambda).filter((name) =>
  existsSync(new URL(`${name}/handler.ts`, lambda)),
);

const manifest = async () => JSON.parse(await packed.read('package.json'));

describe('the published package', () => {
  it('holds what is needed at synth and at run time, and no source, test or document', () => {
    const kinds = new Set(
      packed.files.map((path) =>
        path.replace(/[^/]+\.d\.ts$/, '*.d.ts').replace(/parts\/.*$/, 'parts/*'),
      ),
    );
    const folders = [...kinds].filter((path) => !path.endsWith('*.d.ts')).sort();
    expect(folders).toEqual(
      [
        'LICENSE',
        'README.md',
        ...(packed.files.includes('CHANGELOG.md') ? ['CHANGELOG.md'] : []),
        'dist/THIRD-PARTY-NOTICES.md',
        'dist/bin/cdk-secure-mcp.mjs',
        'dist/bin/cdk-secure-mcp.mjs.map',
        'dist/bin/parts/*',
        'dist/bin/verify.mjs',
        'dist/bin/verify.mjs.map',
        ...functions.flatMap((name) => [
          `dist/lambda/${name}/index.mjs`,
          `dist/lambda/${name}/index.mjs.map`,
        ]),
        'dist/lib/index.js',
        'dist/sbom.cdx.json',
        ...['image', 'guard-image'].flatMap((image) => [
          `dist/server/${image}/Dockerfile`,
          `dist/server/${image}/parts/*`,
          `dist/server/${image}/server.mjs`,
          `dist/server/${image}/server.mjs.map`,
        ]),
        'dist/server/index.js',
        'package.json',
      ].sort(),
    );
    expect(packed.files.filter((path) => /(?<!\.d)\.ts$|test/.test(path))).toEqual([]);
  });

  it('installs nothing at run time, because each dependency is somebody else to trust', async () => {
    const {
      dependencies,
      private: isPrivate,
      peerDependencies,
      peerDependenciesMeta,
    } = await manifest();
    expect([dependencies, isPrivate]).toEqual([undefined, undefined]);
    const isOptional = (name: string) => peerDependenciesMeta[name]?.optional === true;
    expect(Object.keys(peerDependencies).filter((name) => !isOptional(name))).toEqual([
      'aws-cdk-lib',
      'constructs',
    ]);
  });

  it('names no path of the machine that built it', async () => {
    const home = new URL('../../', import.meta.url).pathname;
    for (const path of packed.files.filter((name) => name.startsWith('dist/')))
      expect((await packed.read(path)).includes(home), path).toBe(false);
  });

  it('has exports that lead somewhere, says publint', async () => {
    const data = await readFile(packed.tarball);
    const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    const { messages } = await publint({ pack: { tarball }, strict: true });
    // For the checkout: the sources are not published, and nobody else sets a condition of this name.
    const own = messages.filter(
      ({ code, path }) =>
        !(code === 'FILE_DOES_NOT_EXIST' && path.includes('cdk-secure-mcp:source')),
    );
    expect(own).toEqual([]);
  });

  it('has types for every way to resolve that can load an ES module', async () => {
    const data = new Uint8Array(await readFile(packed.tarball));
    const result = await checkPackage(createPackageFromTarballData(data));
    if (!result.types) throw new Error('the package must have types');
    const problems = result.problems
      // ES modules only: CommonJS loads them since Node 20.19; TypeScript's old resolution does not.
      .filter(({ kind }) => kind !== 'CJSResolvesToESM')
      .filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10'));
    expect(problems).toEqual([]);
  });
});

describe('what the bundles hide', () => {
  it('is in a bill of materials that CycloneDX accepts', async () => {
    const bom = await packed.read('dist/sbom.cdx.json');
    const { components, metadata } = JSON.parse(bom);
    // Formats (URLs, times) are not checked: their validator is another dependency.
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const part of ['spdx', 'jsf-0.82', 'cryptography-defs'])
      ajv.addSchema(schemaOf(part), `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`);
    const isValid = ajv.compile(schemaOf('bom-1.6'));
    expect([isValid(JSON.parse(bom)), isValid.errors]).toEqual([true, null]);
    expect(isValid({ ...JSON.parse(bom), components: [{ name: 'x' }] })).toBe(false);
    expect(metadata.component.name).toBe('cdk-secure-mcp');
    expect(components.map(({ purl }: { purl: string }) => purl.replace(/@[^@]*$/, ''))).toEqual(
      expect.arrayContaining(['pkg:npm/jose', 'pkg:npm/aws-jwt-verify', 'pkg:npm/oauth4webapi']),
    );
  });

  it('is in the notices, each with the text that its licence asks for', async () => {
    const { components } = JSON.parse(await packed.read('dist/sbom.cdx.json'));
    const notices = await packed.read('dist/THIRD-PARTY-NOTICES.md');
    for (const { group, name, version } of components) {
      const title = `## ${group ? `${group}/` : ''}${name} ${version}\n`;
      const section = notices.split(title)[1]?.split(/^## \S+ \d/m)[0] ?? '';
      expect(section, title).toMatch(/```text\n[\s\S]*(copyright|apache license|permission)/i);
    }
  });

  it('is the same at every build, because a difference must mean a change', async () => {
    const again = await pack();
    for (const path of ['dist/sbom.cdx.json', 'dist/lib/index.js', 'dist/server/image/server.mjs'])
      expect((await again.read(path)) === (await packed.read(path)), path).toBe(true);
    await again.close();
  }, 60_000);
});

it('the Dockerfile of each image copies what is beside it', async () => {
  for (const image of ['image', 'guard-image']) {
    const folder = join('dist', 'server', image);
    const copied = [
      ...(await packed.read(join(folder, 'Dockerfile'))).matchAll(/^COPY .*?(\S+) \S+$/gm),
    ];
    expect(copied.length).toBeGreaterThan(0);
    for (const [, source] of copied) {
      const path = join(folder, source as string);
      const isThere = packed.files.some((file) => file === path || file.startsWith(`${path}/`));
      expect([path, isThere]).toEqual([path, true]);
    }
  }
});
