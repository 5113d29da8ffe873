/**
 * CVE-2017-15361 ("ROCA"): a widely sold chip made RSA primes as `k · M + (65537^a mod M)`, M a product
 * of small primes, and such a modulus can be factored. It is a power of 65537 modulo each of those
 * primes, which an honest one is by a chance of less than one in a hundred million.
 */

const generator = 65_537;

/** Those below 168 to which 65537 is not a generator of everything: the others say nothing. */
const tellingPrimes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

const powersModulo = (prime: number): ReadonlySet<number> => {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
};

const powers = tellingPrimes.map((prime) => [BigInt(prime), powersModulo(prime)] as const);

/** Whether a modulus bears the mark. Does not find other weak keys, and does not factor anything. */
export const isFactorableModulus = (modulus: bigint): boolean =>
  powers.every(([prime, residues]) => residues.has(Number(modulus % prime)));
