/**
 * As `engines` in package.json says (^20.19 || >=22.12). Plain JavaScript: this runs before anything that an old Node could not load.
 * @param {string} version such as 20.20.2
 * @returns {string | undefined} what is wrong with it
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return fits ? undefined : `Sallyport needs Node 20.19 or later of the 20 line, or 22.12 and later; this is ${version}.`;
}
