/** Calls a function once, however many checks ask for the result at the same time. */
export const once = <T>(produce: () => Promise<T>): (() => Promise<T>) => {
  let result: Promise<T> | undefined;
  return () => {
    result ??= produce();
    return result;
  };
};
