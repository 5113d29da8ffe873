import { readdirSync, readFileSync } from 'node:fs';

/** CPU of all threads of a process so far, in milliseconds; Linux only. */
export const processCpu = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  );
