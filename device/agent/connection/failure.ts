/** Why there is no connection: what the agent says, and whether trying again soon can help. */
export interface ConnectionFailure {
  kind: "network" | "unavailable" | "refused" | "certificate";
  /** A sentence for the log. */
  reason: string;
  /** What a person can do about it; undefined when waiting is all there is. */
  hint: string | undefined;
}

/** MQTT 3.1.1 section 3.2.2.3. */
const CONNACK_TEXT: Record<number, string> = {
  1: "the broker does not speak MQTT 3.1.1",
  2: "the broker refuses the client id",
  3: "the broker is not ready",
  4: "the broker refuses user name or token",
  5: "the token gives no access",
};

const CERTIFICATE_CODES = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const NETWORK_TEXT: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name cannot be looked up now",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "there is no network",
  ETIMEDOUT: "no answer in time",
};

/** Sorts what mqtt.js reports (a CONNACK return code, a socket's or TLS error). `expiresAt`: the token's, in ms. */
export function describeFailure(error: unknown, token: { expiresAt: number | undefined; now: number }): ConnectionFailure {
  const code = codeOf(error);
  if (typeof code === "number" && code in CONNACK_TEXT) return describeRefusal(code, token);
  if (typeof code === "string" && CERTIFICATE_CODES.has(code))
    return {
      kind: "certificate",
      reason: `the broker's certificate cannot be trusted (${code})`,
      hint: "Give the agent the certificate authority of the broker (--ca FILE) and the host name that the certificate is for.",
    };
  const text = (typeof code === "string" && NETWORK_TEXT[code]) || (error instanceof Error ? error.message : "the connection was closed");
  return { kind: "network", reason: text, hint: undefined };
}

function describeRefusal(code: number, { expiresAt, now }: { expiresAt: number | undefined; now: number }): ConnectionFailure {
  const reason = `${CONNACK_TEXT[code]} (return code ${code})`;
  if (code === 3) return { kind: "unavailable", reason, hint: undefined };
  if (expiresAt !== undefined && expiresAt <= now)
    return { kind: "refused", reason, hint: `The token expired on ${new Date(expiresAt).toISOString()}. Grant this device a new one and put it in its place.` };
  if (code === 4 || code === 5)
    return {
      kind: "refused",
      reason,
      hint: "Check that user name and token belong together and that the token is not revoked, or grant a new one in the console.",
    };
  return { kind: "refused", reason, hint: "The client id must be the device's own id, and the broker a Sallyport broker." };
}

function codeOf(error: unknown): unknown {
  if (error === null || typeof error !== "object") return undefined;
  // A host with several addresses fails with one error for all of them.
  if (error instanceof AggregateError && !("code" in error && error.code)) return codeOf(error.errors[0]);
  return "code" in error ? error.code : undefined;
}
