// Runs before the sources are loaded, on whatever Node is there: plain old JavaScript on purpose.
// Turns "wrong Node" and "not installed" into one line that says what to do.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const stop = (message) => {
  process.stderr.write(`cdk-secure-mcp: ${message}\n`);
  process.exit(2);
};

const [major, minor] = process.versions.node.split('.').map(Number);
const installed = join(__dirname, '..', 'node_modules');

if (!existsSync(join(installed, 'jose', 'package.json')))
  stop('the dependencies are not installed. Run: npm ci');
// 22.18 is the first release that runs TypeScript sources as they are.
if (major < 22 || (major === 22 && minor < 18))
  stop(
    existsSync(join(installed, 'node', 'bin', 'node'))
      ? `Node ${process.versions.node} cannot run the sources. Start it through npm, which brings Node 24: npm run dev`
      : `Node ${process.versions.node} cannot run the sources, and the Node 24 that npm brings is missing. Run: npm ci`,
  );
