/** Terms this much smaller than the largest (in natural logarithms) change nothing. */
const NEGLIGIBLE = 45;

/**
 * Natural logarithm of the hypergeometric tail: of `all` devices `lost` are gone; the chance that a group of `group`, picked
 * without regard to that, holds `lostInGroup` of them or more.
 */
export function logHypergeometricTail({ all, lost, group, lostInGroup }: { all: number; lost: number; group: number; lostInGroup: number }): number {
  const terms = sumOfTerms(lostInGroup, Math.min(group, lost), (i) => logChoose(lost, i) + logChoose(all - lost, group - i) - logChoose(all, group));
  return Math.min(0, terms);
}

/** Natural logarithm of the binomial tail: the chance of `lost` or more of `all`, when each is lost by itself with `rate`. */
export function logBinomialTail({ all, lost, rate }: { all: number; lost: number; rate: number }): number {
  return Math.min(
    0,
    sumOfTerms(lost, all, (i) => logChoose(all, i) + i * Math.log(rate) + (all - i) * Math.log1p(-rate)),
  );
}

function sumOfTerms(from: number, to: number, logTerm: (i: number) => number): number {
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = from; i <= to; i++) {
    const term = logTerm(i);
    if (term === Number.NEGATIVE_INFINITY) continue;
    if (term > largest) {
      sum = sum * Math.exp(largest - term) + 1;
      largest = term;
    } else {
      sum += Math.exp(term - largest);
      if (largest - term > NEGLIGIBLE) break;
    }
  }
  return largest + Math.log(sum);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const SMALL = Array.from({ length: 32 }, () => 0);
for (let n = 1; n < SMALL.length; n++) SMALL[n] = (SMALL[n - 1] ?? 0) + Math.log(n);

/** Exact for small ones, else Stirling's series: better than 1e-12 from 32 on. */
function logFactorial(n: number): number {
  const known = SMALL[n];
  if (known !== undefined) return known;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
