/** Parts of a token's life. Not before: whoever asks earlier was not told to. */
export const RENEWAL_SOONEST = 0.5;
/** From then on a device that has not renewed its token is told to, and counts among the renewals that are due. */
export const RENEWAL_LATEST = 0.85;
/** Tokens that a renewal put aside say so: they are no longer what their device holds. */
export const RENEWED = "renewed";
export const OVERTAKEN = "overtaken by another renewal";
