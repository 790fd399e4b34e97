/** A text, and what it holds in base64 of any alignment or in hexadecimal: whoever searches for something secret finds it in each. */
export function everySpelling(text: string): string {
  const decoded = text.split(/[^A-Za-z0-9_\-+/]+/).flatMap((part) => [0, 1, 2, 3].map((skip) => Buffer.from(part.slice(skip), "base64").toString("latin1")));
  const hex = (text.match(/[0-9a-f]{8,}/g) ?? []).map((part) => Buffer.from(part, "hex").toString("latin1"));
  return [text, ...decoded, ...hex].join("\n");
}
