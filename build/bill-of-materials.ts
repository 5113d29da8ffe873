import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { BundledPackage } from './bundled-packages.ts';

const { Factories, Builders } = Contrib.FromNodePackageJson;

const packageUrl = (name: string, version: string): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Every licence is one identifier: `bundledPackages` has seen to it. */
const noExpression = (licence: string): never => {
  throw new Error(`a licence must be one identifier, got ${licence}`);
};

/**
 * A CycloneDX 1.6 document of what the bundles contain. The same input gives the same bytes: no
 * time, no serial number, so that a build can be compared with another.
 */
export const billOfMaterials = (
  own: Readonly<Record<string, unknown>>,
  packages: readonly BundledPackage[],
): string => {
  const builder = new Builders.ComponentBuilder(
    new Factories.ExternalReferenceFactory(),
    new Contrib.License.Factories.LicenseFactory(noExpression),
  );
  const componentOf = (manifest: Readonly<Record<string, unknown>>, type: Enums.ComponentType) => {
    const component = builder.makeComponent(manifest, type);
    if (!component) throw new Error(`'${manifest.name}' must have a name that npm accepts`);
    component.purl = packageUrl(String(manifest.name), String(manifest.version));
    component.bomRef.value = component.purl;
    return component;
  };
  const bom = new Models.Bom();
  const root = componentOf(own, Enums.ComponentType.Library);
  bom.metadata.component = root;
  for (const { manifest, bundles } of packages) {
    const component = componentOf(manifest, Enums.ComponentType.Library);
    for (const bundle of bundles)
      component.properties.add(new Models.Property('cdk-secure-mcp:bundle', bundle));
    bom.components.add(component);
    root.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(
    new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  );
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
};
