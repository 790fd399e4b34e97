/** SQLSTATE classes that say nothing about the data: connection, resources, locks, shutdown, internal trouble, wrong server or schema. */
const NOT_THE_DATA = /^(08|25|28|3D|40|42|53|55|57|58|F0|XX)/;

/** The SQLSTATE with which Postgres refused the data itself, so that trying again cannot help; undefined for any other error. */
export function dataRefused(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  // Every SQLSTATE has a digit; Node's own codes of five letters (EPIPE) have none.
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !NOT_THE_DATA.test(code) ? code : undefined;
}
