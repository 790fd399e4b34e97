import path from "node:path";

/** The folder of the product: every path that is not data starts here. */
export const ROOT = path.resolve(import.meta.dirname, "../..");
