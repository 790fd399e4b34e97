import { because, type CraftedToken, type Forge } from "./forge";

const bytes = (...values: number[]) => Uint8Array.from(values);
const joined = (...parts: (string | Uint8Array)[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

/** Signed by us, but not as `JSON.stringify` writes it: what one parser reads in another way than the next. */
export function jsonTexts(forge: Forge): CraftedToken[] {
  const { header, claims, headerText, claimsText, signedText } = forge;
  const head = JSON.stringify(header);
  const body = JSON.stringify(claims);
  const insert = (extra: string) => claimsText((text) => `{${extra},${text.slice(1)}`);
  const append = (extra: string) => claimsText((text) => `${text.slice(0, -1)},${extra}}`);
  const number = (name: "iat" | "exp", spelled: string) => claimsText((text) => text.replace(`"${name}":${claims[name]}`, `"${name}":${spelled}`));
  return because("malformed", [
    ["header not JSON", headerText(() => "{")],
    ["header with a space", headerText((text) => text.replace(":", ": "))],
    ["header with a newline behind", headerText((text) => `${text}\n`)],
    ["header with a byte order mark", headerText((text) => `\ufeff${text}`)],
    ["header not UTF-8", signedText(bytes(0xff, 0xfe), body)],
    ["header in UTF-16", signedText(Buffer.from(head, "utf16le"), body)],
    ["header with alg twice", headerText((text) => `{"alg":"none",${text.slice(1)}`)],
    ["header with alg twice, ours first", headerText((text) => text.replace('"typ"', '"alg":"none","typ"'))],
    ["header with kid twice", headerText((text) => `${text.slice(0, -1)},"kid":"x"}`)],
    ["header with typ twice", headerText((text) => `${text.slice(0, -1)},"typ":"JWT"}`)],
    ["header with an escaped name", headerText((text) => text.replace('"alg"', '"\\u0061lg"'))],
    ["header with an escaped value", headerText((text) => text.replace("EdDSA", "\\u0045dDSA"))],
    ["header with a comma too many", headerText((text) => text.replace("}", ",}"))],
    ["header with a comment", headerText((text) => text.replace("{", "{/**/"))],
    ["header in single quotes", headerText((text) => text.replaceAll('"', "'"))],
    ["two headers", headerText((text) => text + text)],
    ["claims not JSON", claimsText(() => "x")],
    ["claims with spaces", claimsText(() => JSON.stringify(claims, null, 1))],
    ["claims with a space in front", claimsText((text) => ` ${text}`)],
    ["claims with a newline behind", claimsText((text) => `${text}\n`)],
    ["claims with NUL behind", claimsText((text) => `${text}\0`)],
    ["claims with a byte order mark", claimsText((text) => `\ufeff${text}`)],
    ["claims not UTF-8", signedText(head, joined(body.slice(0, -1), ',"x":"', bytes(0xc3, 0x28), '"}'))],
    ["claims with an overlong character", signedText(head, joined(body.slice(0, -1), ',"x":"', bytes(0xc0, 0x80), '"}'))],
    ["claims with a surrogate in UTF-8", signedText(head, joined(body.slice(0, -1), ',"x":"', bytes(0xed, 0xa0, 0x80), '"}'))],
    ["claims in UTF-16", signedText(head, Buffer.from(body, "utf16le"))],
    ["sub twice, another's first", insert('"sub":"dev_1111111111111111"')],
    ["sub twice, another's last", append('"sub":"dev_1111111111111111"')],
    ["jti twice", append('"jti":"tok_1111111111111111"')],
    ["exp twice", append('"exp":99999999999')],
    ["fleet twice", insert('"fleet":"flt_1111111111111111"')],
    ["acl twice", append('"acl":[]')],
    ["kind twice", append('"kind":"service"')],
    ["topic twice in a scope", claimsText((text) => text.replace('"topic":', '"topic":"#","topic":'))],
    ["permission twice in a scope", claimsText((text) => text.replace('"permission":"allow"', '"permission":"deny","permission":"allow"'))],
    ["sub escaped beside sub", insert('"\\u0073ub":"dev_1111111111111111"')],
    ["an escaped name", claimsText((text) => text.replace('"sub"', '"s\\u0075b"'))],
    ["an escaped value", claimsText((text) => text.replace('"sallyport"', '"\\u0073allyport"'))],
    ["escaped slashes", claimsText((text) => text.replaceAll("/", "\\/"))],
    ["exp with an exponent", number("exp", `${claims.exp}e0`)],
    ["exp as 2e9", number("exp", "2e9")],
    ["exp with a fraction of nothing", number("exp", `${claims.exp}.0`)],
    ["exp with a leading zero", number("exp", `0${claims.exp}`)],
    ["exp with a plus", number("exp", `+${claims.exp}`)],
    ["exp above what a double holds", number("exp", "1e999")],
    ["exp with more digits than a double holds", number("exp", `${claims.exp}.00000000000000000001`)],
    ["exp NaN", number("exp", "NaN")],
    ["exp Infinity", number("exp", "Infinity")],
    ["exp hexadecimal", number("exp", "0x7fffffff")],
    ["exp undefined", number("exp", "undefined")],
    ["iat minus nothing", number("iat", "-0")],
    ["a comma too many", claimsText((text) => text.replace(/}$/, ",}"))],
    ["a comment", claimsText((text) => text.replace("{", "{/**/"))],
    ["numbered names out of order", append('"2":0,"1":0')],
    ["two objects", claimsText((text) => text + text)],
    ["text behind the object", claimsText((text) => `${text}x`)],
  ]);
}
