/** Crockford's base 32, upper case for people and for small QR codes: 16 characters are 80 bits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;

/** A fresh code in its one spelling: `K7QM2XD49RTV0ZAB`. */
export function newClaimCode(): string {
  let code = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) code += ALPHABET[byte & 31];
  return code;
}

/** The one spelling of what a person typed: case, dashes, spaces, O for 0, I and L for 1 do not matter. Undefined: no claim code. */
export function readClaimCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter)) ? code : undefined;
}

/** As it is shown: `K7QM-2XD4-9RTV-0ZAB`. */
export const spellClaimCode = (code: string): string => (code.match(/.{4}/g) ?? []).join("-");

/** What a QR code carries: the code, and where the broker is. */
export interface ClaimLink {
  code: string;
  host?: string;
  port?: number;
  tlsPort?: number;
}

export function writeClaimLink({ code, host, port, tlsPort }: Required<ClaimLink>): string {
  return `sallyport:claim?c=${code}&h=${encodeURIComponent(host)}&p=${port}&s=${tlsPort}`;
}

/** Reads a claim link or a bare code. Undefined: neither. */
export function readClaimLink(text: string): ClaimLink | undefined {
  const link = /^sallyport:claim\?(.*)$/i.exec(text.trim());
  if (!link) {
    const code = readClaimCode(text);
    return code === undefined ? undefined : { code };
  }
  const values = new URLSearchParams(link[1]);
  const code = readClaimCode(values.get("c") ?? "");
  const host = values.get("h") ?? "";
  const [port, tlsPort] = [portOf(values.get("p")), portOf(values.get("s"))];
  if (code === undefined || !/^[A-Za-z0-9.:_-]{1,255}$/.test(host) || port === undefined || tlsPort === undefined) return undefined;
  return { code, host, port, tlsPort };
}

function portOf(text: string | null): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
