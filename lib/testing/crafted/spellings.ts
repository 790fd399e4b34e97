import { LIMITS } from "@/lib/protocol/limits";
import { b64, because, type CraftedToken, type Forge } from "./forge";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The same bytes in another spelling: bits that base64 does not use. */
function otherBits(part: string): string {
  const last = ALPHABET.indexOf(part.at(-1) ?? "A");
  const other = part.slice(0, -1) + ALPHABET[last ^ 1];
  if (!Buffer.from(other, "base64url").equals(Buffer.from(part, "base64url"))) throw new Error("these are other bytes");
  return other;
}

/** One token, one spelling: base64url and the compact serialisation. */
export function spellings(forge: Forge): CraftedToken[] {
  const { good, parts, claims, header, signedJson } = forge;
  const { head, body, signature } = parts;
  // Long enough for both special characters, and of a length that leaves bits unused.
  const odd = Array.from({ length: 3 }, (_, index) => signedJson(header, { ...claims, meta: { a: `${"x".repeat(index)}\u00bf\u00fe~~\u00ff?>` } }));
  const [oddHead = "", oddBody = "", oddSignature = ""] = (odd.find((token) => (token.split(".")[1] ?? "").length % 4 > 0) ?? "").split(".");
  const standard = odd.find((token) => /[-_]/.test(token.split(".")[1] ?? "")) ?? "";
  const [standardHead = "", standardBody = "", standardSignature = ""] = standard.split(".");
  const toStandard = (part: string) => part.replaceAll("-", "+").replaceAll("_", "/");
  const flattened = { payload: body, protected: head, signature };
  return [
    ...because("missing", [["nothing", ""]]),
    ...because("too_large", [
      ["100 kB of one letter", "a".repeat(100_000)],
      ["100 kB of dots", ".".repeat(100_000)],
      ["100 kB of scopes, signed", signedJson(header, { ...claims, acl: Array.from({ length: 1_500 }, () => claims.acl[0]) })],
      ["a kid of 1 MB, signed", signedJson({ ...header, kid: "k".repeat(1_000_000) }, claims)],
      ["one byte above the bound", good + "A".repeat(LIMITS.tokenBytes + 1 - good.length)],
      ["40 kB of spaces behind a good one", good + " ".repeat(40_000)],
    ]),
    ...because("malformed", [
      ["a word", "token"],
      ["a password", "correct horse battery staple"],
      ["two parts", `${head}.${body}`],
      ["four parts", `${good}.${signature}`],
      ["five parts", `${good}.${body}.${signature}`],
      ["one dot", "."],
      ["two dots", ".."],
      ["three dots", "..."],
      ["a dot in front", `.${good}`],
      ["a dot behind", `${good}.`],
      ["no header", `.${body}.${signature}`],
      ["no claims", `${head}..${signature}`],
      ["no signature", `${head}.${body}.`],
      ["the token twice", `${good}${good}`],
      ["the token twice with a space", `${good} ${good}`],
      ["signed parts only once, as JSON", JSON.stringify(flattened)],
      ["the general JSON serialisation", JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] })],
      ["the token as a JSON string", JSON.stringify(good)],
      ["with the scheme of HTTP", `Bearer ${good}`],
      ["a space in front", ` ${good}`],
      ["a space behind", `${good} `],
      ["a space in the header", `${head.slice(0, 4)} ${head.slice(4)}.${body}.${signature}`],
      ["a space in the claims", `${head}. ${body}.${signature}`],
      ["a space in the signature", `${head}.${body}.${signature.slice(0, 8)} ${signature.slice(8)}`],
      ["a tab behind", `${good}\t`],
      ["a newline behind", `${good}\n`],
      ["a carriage return and newline behind", `${good}\r\n`],
      ["a newline in front", `\n${good}`],
      ["a newline every 64 characters", good.replace(/.{64}/g, "$&\n")],
      ["a newline in the signature", `${head}.${body}.${signature.slice(0, 8)}\n${signature.slice(8)}`],
      ["NUL behind", `${good}\0`],
      ["NUL in front", `\0${good}`],
      ["a byte order mark in front", `\ufeff${good}`],
      ["a no-break space behind", `${good}\u00a0`],
      ["padding of the header", `${head}=.${body}.${signature}`],
      ["padding of the claims", `${oddHead}.${oddBody}${"=".repeat(4 - (oddBody.length % 4))}.${oddSignature}`],
      ["padding of the signature", `${good}==`],
      ["padding that is not needed", `${good}====`],
      ["unused bits of the header", `${otherBits(head)}.${body}.${signature}`],
      ["unused bits of the claims", `${oddHead}.${otherBits(oddBody)}.${oddSignature}`],
      ["unused bits of the signature", `${head}.${body}.${otherBits(signature)}`],
      ["the standard alphabet in the claims", `${standardHead}.${toStandard(standardBody)}.${standardSignature}`],
      ["the standard alphabet in the signature", `${head}.${body}.${toStandard(signature.replace(/^.{2}/, "-_"))}`],
      ["a part of an impossible length", `${head}.${body}.${signature}AAA`],
      ["a letter of another alphabet", `${head.replace("e", "\u0435")}.${body}.${signature}`],
      ["dots of another alphabet", `${head}\u3002${body}\u3002${signature}`],
      ["dots as per cent signs", good.replaceAll(".", "%2E")],
      ["a comma for a dot", good.replaceAll(".", ",")],
      ["hexadecimal", [head, body, signature].map((part) => Buffer.from(part, "base64url").toString("hex")).join(".")],
      ["not encoded at all", `${JSON.stringify(header)}.${JSON.stringify(claims)}.${signature}`],
      ["encoded twice", [head, body, signature].map(b64).join(".")],
      ["an ellipsis for claims", `${head}.….${signature}`],
    ]),
  ];
}
