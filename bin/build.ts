import { fileURLToPath } from 'node:url';
import { buildPackage } from '../build/build-package.ts';

/** `npm run build`: everything that is published, into `dist/`. */
const root = fileURLToPath(new URL('..', import.meta.url));

await buildPackage({
  root,
  outDirectory: `${root}dist`,
  report: (line) => process.stdout.write(`${line}\n`),
});
