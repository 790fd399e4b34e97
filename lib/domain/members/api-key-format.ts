/**
 * An API key reads `sp_` + 40 random characters + 6 of checksum, so that secret scanners find it and a mistyped one is
 * refused without a look-up. 200 random bits: a plain digest of it is enough at rest.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_LENGTH = 40;
const PATTERN = /^sp_[0-9a-hjkmnp-tv-z]{46}$/;

/** What is kept and shown of a key to recognise it by. */
export const apiKeyPrefix = (key: string): string => key.slice(0, 11);

export function makeApiKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH));
  let body = "";
  for (const byte of bytes) body += ALPHABET[byte & 31];
  return `sp_${body}${checksum(body)}`;
}

export function isApiKey(text: string): boolean {
  return PATTERN.test(text) && text.slice(3 + RANDOM_LENGTH) === checksum(text.slice(3, 3 + RANDOM_LENGTH));
}

/** The lower 30 bits of CRC-32 (ISO 3309), five bits a character. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (const character of text) {
    crc ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  crc = ~crc >>> 0;
  let word = "";
  for (let shift = 25; shift >= 0; shift -= 5) word += ALPHABET[(crc >>> shift) & 31];
  return word;
}
