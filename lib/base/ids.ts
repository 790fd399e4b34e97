/**
 * Typed, prefixed, readable ids: `dev_7k2mq0x4t9w1c3hv`. 16 characters of Crockford's base 32 (80 random bits), lower
 * case, no dots or wildcards: each id is a valid MQTT topic segment and client id as it stands.
 */
export const ID_PREFIXES = {
  fleet: "flt",
  site: "site",
  profile: "prof",
  device: "dev",
  user: "usr",
  userSession: "uss",
  accessToken: "tok",
  apiKey: "key",
  alertRule: "rule",
  alert: "alr",
  channel: "chn",
  delivery: "msg",
  request: "req",
  service: "svc",
  signingKey: "sig",
  tokenBatch: "bat",
  grantRequest: "grq",
  revocation: "rvk",
  outage: "out",
  investigation: "inv",
  command: "cmd",
  keyRotation: "rot",
  claim: "clm",
  claimBatch: "clb",
  enrolment: "enr",
  decommission: "dcm",
  job: "job",
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export function newId(kind: IdKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let text = "";
  for (const byte of bytes) text += ALPHABET[byte & 31];
  return `${ID_PREFIXES[kind]}_${text}`;
}

export function isId(kind: IdKind, value: string): boolean {
  return value.startsWith(`${ID_PREFIXES[kind]}_`) && /^[a-z]+_[0-9a-hjkmnp-tv-z]{16}$/.test(value);
}
