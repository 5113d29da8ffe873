/**
 * Letters and digits that nobody mixes up when reading them aloud, and symbols that no shell acts on
 * inside quotation marks.
 */
const classes = [
  'ABCDEFGHJKLMNPQRSTUVWXYZ',
  'abcdefghijkmnopqrstuvwxyz',
  '23456789',
  '-_+=.:',
] as const;

const everything = classes.join('');

/** More than a hundred bits, whatever the policy of the pool asks for. */
const leastLength = 20;

/**
 * A password that holds one character of every class, so that every policy of Cognito accepts it.
 *
 * @param minimumLength what the pool asks for
 * @param randomBelow an unpredictable integer from 0 to below the argument
 */
export const temporaryPassword = (
  minimumLength: number,
  randomBelow: (limit: number) => number,
): string => {
  const pick = (alphabet: string): string => alphabet.charAt(randomBelow(alphabet.length));
  const rest = Math.max(leastLength, minimumLength) - classes.length;
  const characters = [
    ...classes.map(pick),
    ...Array.from({ length: rest }, () => pick(everything)),
  ];
  // Fisher-Yates: the first four places must not give away their class.
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomBelow(last + 1);
    const moved = characters[last] as string;
    characters[last] = characters[other] as string;
    characters[other] = moved;
  }
  return characters.join('');
};
