/** A pattern for `ilike` that matches any text containing this one, whose `%`, `_` and `\` are ordinary characters. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;
