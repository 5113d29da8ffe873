import type { Change } from './change.ts';

/** More different changes than that within one interval are told at once, unmerged. */
const maxWaiting = 10_000;

/**
 * Tells a change at once, and the same change not again before `intervalMs` have passed; then once
 * more, if it has happened again. Guarantees that the last change is always told, and that a tool
 * which changes something in a loop costs its listeners no more than a few messages a second.
 */
export const createCalmPublisher = (
  publish: (change: Change) => void,
  intervalMs: number,
): { readonly publish: (change: Change) => void; readonly close: () => void } => {
  /** Told within the interval; the value is what has happened since. */
  const told = new Map<string, { again?: Change; readonly timer: NodeJS.Timeout }>();

  const tell = (key: string, change: Change): void => {
    const timer = setTimeout(() => {
      const { again } = told.get(key) ?? {};
      told.delete(key);
      if (again) tell(key, again);
    }, intervalMs);
    timer.unref();
    told.set(key, { timer });
    publish(change);
  };

  return {
    publish: (change) => {
      const key = JSON.stringify(change);
      const recent = told.get(key);
      if (recent) recent.again = change;
      else if (told.size < maxWaiting) tell(key, change);
      else publish(change);
    },
    close: () => {
      for (const { timer } of told.values()) clearTimeout(timer);
      told.clear();
    },
  };
};
