/** Crockford's base 32: 32 letters are 160 random bits, four more tell a slip of the pen. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS = 32;
const CHECK = 4;

/** A fresh recovery key as it is shown, once: nine groups of four. It is the passphrase of the recovery vault. */
export async function newRecoveryCode(): Promise<string> {
  const letters = [...crypto.getRandomValues(new Uint8Array(LETTERS))].map((byte) => ALPHABET[byte & 31]).join("");
  return spell(letters + (await checkOf(letters)));
}

/** The one spelling of what a person typed. Undefined: a letter is wrong or missing. */
export async function readRecoveryCode(text: string): Promise<string | undefined> {
  const code = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (code.length !== LETTERS + CHECK) return undefined;
  const letters = code.slice(0, LETTERS);
  return (await checkOf(letters)) === code.slice(LETTERS) ? spell(code) : undefined;
}

const spell = (code: string) => (code.match(/.{4}/g) ?? []).join("-");

async function checkOf(letters: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`sallyport recovery ${letters}`)));
  return [...bytes.subarray(0, CHECK)].map((byte) => ALPHABET[byte & 31]).join("");
}
