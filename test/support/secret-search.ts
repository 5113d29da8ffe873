/** A collection of secrets, and the question whether a text contains any part of one. */

// What a log would cut off is still a leak: the beginning and the end of a secret count as it.
const telltaleLength = 24;

const telltales = (part: string): readonly string[] =>
  part.length <= telltaleLength
    ? [part]
    : [part.slice(0, telltaleLength), part.slice(-telltaleLength)];

/** Long parts of dotted values (JWS, JWE, handles) count on their own. */
const partsOf = (value: string): readonly string[] => [
  value,
  ...value.split('.').filter((part) => part.length >= 16),
];

export class SecretSearch {
  /** Telltale → the kinds of secrets that have it. */
  readonly #kinds = new Map<string, Set<string>>();
  readonly #harmless = new Set<string>();

  get size(): number {
    return this.#kinds.size;
  }

  get kinds(): ReadonlySet<string> {
    return new Set([...this.#kinds.values()].flatMap((kinds) => [...kinds]));
  }

  /** Values shorter than eight characters would be found everywhere and are refused. */
  add(kind: string, value: string | null | undefined): void {
    if (!value) return;
    if (value.length < 8) throw new Error(`too short to search for: ${kind}`);
    for (const part of partsOf(value)) {
      for (const spelling of [part, encodeURIComponent(part), Buffer.from(part).toString('base64')])
        for (const telltale of telltales(spelling)) this.#note(telltale, kind);
    }
  }

  #note(telltale: string, kind: string): void {
    const kinds = this.#kinds.get(telltale) ?? new Set();
    this.#kinds.set(telltale, kinds.add(kind));
  }

  /** A part that is public: it may appear although a secret contains it. */
  except(value: string): void {
    for (const telltale of telltales(value)) this.#harmless.add(telltale);
  }

  /** The kinds of secrets that the text contains. Empty if all is well. */
  findIn(text: string): readonly string[] {
    return [...this.#kinds]
      .filter(([telltale]) => !this.#harmless.has(telltale) && text.includes(telltale))
      .map(([telltale, kinds]) => `${[...kinds].join(', ')}: ${telltale}`);
  }
}
