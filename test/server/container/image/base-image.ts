import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DockerEngine } from './docker-engine.ts';

/**
 * The stock Node image that the Dockerfile starts from, made here of Debian packages and the Node of
 * `node_modules`, since no registry of images may be reachable. Same name, same layout, other bytes.
 */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const cache = join(root, '.artifacts/image-base');
const debian = join(cache, 'debian.tar');

/** Exactly what `FROM` asks for. */
export const baseImageName = (): string => {
  const dockerfile = readFileSync(join(root, 'server/Dockerfile'), 'utf8');
  const name = /^ARG BASE=(\S+)$/m.exec(dockerfile)?.[1];
  if (!name) throw new Error('the Dockerfile names no base image');
  return name;
};

const ensureDebian = async (): Promise<void> => {
  if (existsSync(debian)) return;
  await mkdir(cache, { recursive: true });
  const unfinished = `${debian}.part.tar`;
  await run(
    'mmdebstrap',
    ['--variant=minbase', '--include=ca-certificates', 'bookworm', unfinished],
    {
      timeout: 240_000,
    },
  );
  await rename(unfinished, debian);
};

export const importBaseImage = async ({ docker }: DockerEngine): Promise<void> => {
  await ensureDebian();
  const directory = await mkdtemp(join(tmpdir(), 'image-base-'));
  try {
    const files = join(directory, 'root');
    await mkdir(files);
    await run('tar', ['xf', debian, '-C', files]);
    await copyFile(join(root, 'node_modules/node/bin/node'), join(files, 'usr/local/bin/node'));
    await run('chroot', [files, 'groupadd', '-g', '1000', 'node']);
    await run('chroot', [files, 'useradd', '-u', '1000', '-g', '1000', '-m', 'node']);
    const archive = join(directory, 'image.tar');
    await run('tar', ['-C', files, '-cf', archive, '.']);
    const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    await docker('import', '-c', path, archive, baseImageName());
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
