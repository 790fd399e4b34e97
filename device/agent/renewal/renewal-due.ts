/** Two thirds of its life, and up to a twelfth more: devices that got their tokens in one hour do not ask in one hour. */
const EARLIEST = 2 / 3;
const SPREAD = 1 / 12;

/** When a token is to be renewed, in milliseconds since 1970; undefined: it says nothing of its life. `jitter` is in [0, 1). */
export function renewalDueAt({ issuedAt, expiresAt }: { issuedAt: number | undefined; expiresAt: number | undefined }, jitter: number): number | undefined {
  if (issuedAt === undefined || expiresAt === undefined) return undefined;
  return issuedAt + (expiresAt - issuedAt) * (EARLIEST + jitter * SPREAD);
}
