/** Crockford's base 32, upper case for people and for small QR codes: 16 characters are 80 bits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const ROOT = /^[A-Za-z0-9_-]{43}$/;

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
  /** Of a sealed fleet: the thumbprint of its root key, put in by the browser of an operator who has verified it. */
  root?: string;
}

export function writeClaimLink({ code, host, port, tlsPort, root }: Required<Omit<ClaimLink, "root">> & { root?: string | undefined }): string {
  return `sallyport:claim?c=${code}&h=${encodeURIComponent(host)}&p=${port}&s=${tlsPort}${root === undefined ? "" : `&r=${root}`}`;
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
  const root = values.get("r");
  if (root === null) return { code, host, port, tlsPort };
  // A link that names a root key which cannot be read is no link: without the key the device would believe anybody.
  return ROOT.test(root) ? { code, host, port, tlsPort, root } : undefined;
}

function portOf(text: string | null): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
