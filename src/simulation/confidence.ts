/**
 * The probability that Student's t stays within ±`t`, by its finite series for whole degrees of freedom (Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.7.3 and 26.7.4).
 */
function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/**
 * The two-sided point of Student's t: within ± it lies `confidence` (0–1) of the distribution.
 * @param degrees of freedom, a whole number from 1 on
 */
export function student(degrees: number, confidence = 0.95): number {
  let [low, high] = [0, 1];
  while (studentWithin(high, degrees) < confidence) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** Independent values that others must be worth for an interval to be made of them. */
const LEAST_WORTH = 3;

/**
 * The bounds of the 95 % interval of the mean of values in a row, each of which may resemble the one before (a first-order
 * autoregression, as means of long batches nearly are): so many are worth fewer independent ones, n (1 − φ) / (1 + φ). (Fishman,
 * "Estimating Sample Size in Computing Simulation Experiments", Management Science 1971; as ASAP3 corrects its batches, Steiger et
 * al., ACM TOMACS 2005; φ with the bias of short rows taken out, Marriott and Pope, Biometrika 1954.) Undefined where they are worth
 * fewer than three.
 */
export function rowInterval(values: readonly number[]): readonly [number, number] | undefined {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  let squares = 0;
  let products = 0;
  values.forEach((value, place) => {
    squares += (value - mean) ** 2;
    if (place > 0) products += (value - mean) * ((values[place - 1] as number) - mean);
  });
  const seen = squares > 0 ? products / squares : 0;
  const alike = Math.max(0, seen + (1 + 3 * seen) / count);
  const worth = alike < 1 ? (count * (1 - alike)) / (1 + alike) : 0;
  if (worth < LEAST_WORTH) return undefined;
  const half = student(Math.floor(worth) - 1) * Math.sqrt(squares / (count - 1) / worth);
  // No value is below 0, so their mean is not.
  return [Math.max(0, mean - half), mean + half];
}

/** The bounds of the 95 % interval of the mean of independent values; undefined for fewer than two. */
export function meanInterval(values: readonly number[]): readonly [number, number] | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = student(count - 1) * Math.sqrt(variance / count);
  return [mean - half, mean + half];
}
