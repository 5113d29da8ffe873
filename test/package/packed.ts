import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage } from '../../build/build-package.ts';

/** The package as `npm publish` would send it, and apps outside the repository that install it. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

export interface Packed {
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  readonly read: (path: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

const published = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];

/** Builds beside the checkout's own `dist/`, which other tests may be reading. */
export const pack = async (): Promise<Packed> => {
  await mkdir(join(root, '.artifacts'), { recursive: true });
  const stage = await mkdtemp(join(root, '.artifacts', 'package-'));
  await buildPackage({ root, outDirectory: join(stage, 'dist'), report: () => {} });
  for (const name of published) await cp(join(root, name), join(stage, name)).catch(() => {});
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', stage],
    { cwd: stage },
  );
  const answer: unknown = JSON.parse(stdout);
  // npm 11 answers with a list, npm 12 with an object by name.
  const [report] = Object.values(
    answer as Record<string, { filename: string; files: { path: string }[] }>,
  );
  if (!report) throw new Error(`npm pack said ${stdout}`);
  return {
    tarball: join(stage, report.filename),
    files: report.files.map(({ path }) => path).sort(),
    read: (path) => readFile(join(stage, path), 'utf8'),
    close: () => rm(stage, { recursive: true, force: true }),
  };
};

export interface Consumer {
  readonly directory: string;
  readonly write: (path: string, text: string) => Promise<void>;
  /** Runs Node, or another program, in the app. Throws with what it said when it fails. */
  readonly node: (
    argv: readonly string[],
    program?: string,
    environment?: Readonly<Record<string, string>>,
  ) => Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * An app outside the repository with the package installed by npm, from the tarball and nothing
 * else; its peers are linked, which takes no network and no minute.
 */
export const createConsumer = async (
  { tarball }: Packed,
  type: 'module' | 'commonjs',
  peers: readonly string[],
): Promise<Consumer> => {
  const directory = await mkdtemp(join(tmpdir(), 'consumer-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  await write('package.json', JSON.stringify({ name: 'consumer', private: true, type }));
  await run('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit', tarball], {
    cwd: directory,
  });
  for (const peer of peers) {
    await mkdir(dirname(join(directory, 'node_modules', peer)), { recursive: true });
    await symlink(join(root, 'node_modules', peer), join(directory, 'node_modules', peer));
  }
  return {
    directory,
    write,
    node: async (argv, program = process.execPath, environment = {}) => {
      const { PATH, HOME } = process.env;
      const { stdout } = await run(program, [...argv], {
        cwd: directory,
        env: { PATH, HOME, NODE_NO_WARNINGS: '1', CDK_VALIDATION: 'false', ...environment },
        maxBuffer: 16 * 1024 * 1024,
      }).catch((error) => {
        throw new Error(`${argv.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
      });
      return stdout;
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
};

const supportsNode = (node: string): boolean => {
  try {
    const [major = 0, minor = 0] = execFileSync(node, ['-p', 'process.versions.node'])
      .toString()
      .split('.')
      .map(Number);
    return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  } catch {
    return false;
  }
};

/** This Node, and the machine's own where that is another: often the oldest that is supported. */
export const nodes: readonly string[] = [
  process.execPath,
  ...(process.env.PATH ?? '')
    .split(':')
    .map((directory) => join(directory, 'node'))
    .filter((node) => !node.includes('node_modules'))
    .filter(supportsNode)
    .slice(0, 1),
];
