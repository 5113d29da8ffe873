// Preloaded into a synth: whoever asks the network or starts a program (Docker, esbuild) fails.
const { Socket } = require('node:net');
const childProcess = require('node:child_process');

const refuse = (what) => () => {
  throw new Error(`synth must not ${what}`);
};
Socket.prototype.connect = refuse('use the network');
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
  childProcess[name] = refuse('start a program');
