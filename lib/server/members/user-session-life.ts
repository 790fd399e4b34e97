/** A signed-in browser is asked for the password again after 14 days, or after 3 days in which it was not used. */
export const USER_SESSION_MAX_MS = 14 * 24 * 3_600_000;
export const USER_SESSION_IDLE_MS = 3 * 24 * 3_600_000;
