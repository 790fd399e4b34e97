/**
 * A version as numbers that compare from left to right: `2.10` after `2.9`, `v2.1` like `2.1.0`, `2.1.0-rc1` before `2.1`.
 * The last number tells a release (0) from what comes before it (-1). Undefined for text that does not begin with a number.
 * The function version_parts of the database does the same; one test holds both together.
 */
export function readVersion(text: string): number[] | undefined {
  const [, numbers, suffix] = /^v?([0-9]{1,15}(?:\.[0-9]{1,15}){0,7})(-[0-9a-z])?/i.exec(text) ?? [];
  if (numbers === undefined) return undefined;
  const parts = numbers.split(".").map(Number);
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return [...parts, suffix === undefined ? 0 : -1];
}
