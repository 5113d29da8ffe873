import type { BundledPackage } from './bundled-packages.ts';

const title = `# Third-party notices

The bundles in this package contain code of the packages below. Bundling hides them from \`npm audit\`;
\`sbom.cdx.json\` beside this file lists the same for machines.
`;

const sectionOf = ({ name, version, license, notices, bundles }: BundledPackage): string =>
  [
    `## ${name} ${version}`,
    `Licence: ${license}. In: ${bundles.map((bundle) => `\`${bundle}\``).join(', ')}.`,
    ...notices.map((text) => `\`\`\`text\n${text.trim().replaceAll('```', "'''")}\n\`\`\``),
  ].join('\n\n');

/** What the licences of bundled code ask to pass on, for people. */
export const thirdPartyNotices = (packages: readonly BundledPackage[]): string =>
  `${[title.trim(), ...packages.map(sectionOf)].join('\n\n')}\n`;
