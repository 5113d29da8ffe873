import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A part of a vCPU, as Linux gives it to a container: so many milliseconds of CPU in every 100 ms,
 * and a standstill for the rest of them (CFS bandwidth control). Needs root and cgroups of either
 * version.
 */

const periodMicroseconds = 100_000;

const cgroupRoot = '/sys/fs/cgroup';

interface Controller {
  readonly directory: string;
  readonly files: (quotaMicroseconds: number) => Readonly<Record<string, string>>;
}

const controllerOf = (root: string): Controller | undefined => {
  const controllers = join(root, 'cgroup.controllers');
  if (existsSync(controllers)) {
    if (!readFileSync(controllers, 'utf8').split(/\s+/).includes('cpu')) return undefined;
    return {
      directory: root,
      files: (quota) => ({ 'cpu.max': `${quota} ${periodMicroseconds}` }),
    };
  }
  const directory = join(root, 'cpu');
  if (!existsSync(join(directory, 'cgroup.procs'))) return undefined;
  return {
    directory,
    files: (quota) => ({
      'cpu.cfs_period_us': String(periodMicroseconds),
      'cpu.cfs_quota_us': String(quota),
    }),
  };
};

export interface CpuQuota {
  /** Holds the process, all its threads together. */
  readonly hold: (pid: number) => void;
  /** Throws while a process is held. */
  readonly remove: () => void;
}

/** Throws, saying why, where the machine cannot do it: a figure without the limit would be a lie. */
export const createCpuQuota = (
  name: string,
  vcpus: number,
  root: string = cgroupRoot,
): CpuQuota => {
  const controller = controllerOf(root);
  if (!controller) throw new Error(`no cgroup below ${root} can limit CPU`);
  const group = join(controller.directory, name);
  // In version 2, a group has the controllers that its parent hands down.
  const handedDown = join(controller.directory, 'cgroup.subtree_control');
  if (existsSync(handedDown)) writeFileSync(handedDown, '+cpu');
  mkdirSync(group, { recursive: true });
  const files = controller.files(Math.round(vcpus * periodMicroseconds));
  for (const [file, value] of Object.entries(files)) writeFileSync(join(group, file), value);
  return {
    hold: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
    remove: () => rmdirSync(group),
  };
};

/** Why CPU cannot be limited here; undefined where it can. */
export const reasonAgainstQuota = (root: string = cgroupRoot): string | undefined => {
  try {
    createCpuQuota(`bench-trial-${process.pid}`, 1, root).remove();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
};
