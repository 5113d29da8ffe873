/**
 * The same answers as `compute`, which has to give one text always the same, without computing those
 * of late again. Guarantees that at most twice `places` are remembered, of texts that anybody may
 * make up.
 */
export const remembering = <Value>(
  places: number,
  compute: (text: string) => Value,
): ((text: string) => Value) => {
  // Two generations: the older half is forgotten at once, without a list of what was used when.
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return (text) => {
    const known = young.get(text);
    if (known !== undefined || young.has(text)) return known as Value;
    const value = old.has(text) ? (old.get(text) as Value) : compute(text);
    if (young.size >= places) {
      old = young;
      young = new Map();
    }
    young.set(text, value);
    return value;
  };
};
