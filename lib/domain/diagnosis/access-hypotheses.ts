import { given, spanText, times } from "./evidence";
import { cause, isItself, type Maker, OTHERWISE_TOLD, since, sum, triesFor } from "./hypothesis";

// We let it in no more: its lifecycle, its token, what it did.

export const takenOut: Maker = ({ lifecycle }, id) => ({
  key: "taken_out",
  title: lifecycle === "retired" || lifecycle === "suspended" ? `It is ${lifecycle}` : "It was suspended or retired",
  because: `it is ${lifecycle === "retired" ? "retired" : "suspended"}`,
  evidence: given(
    lifecycle === "suspended" || lifecycle === "retired"
      ? { kind: "lifecycle", weight: 9, text: `A person has made it ${lifecycle}: its tokens were taken back.`, source: "registry" }
      : { kind: "lifecycle", weight: -9, text: `It is ${lifecycle}.`, source: "registry" },
  ),
  next: { text: "Make it active again, and give it a new token, if it should be back.", href: `/devices/${id}` },
});

export const neverConnected: Maker = (facts, id) => ({
  key: "never_connected",
  title: "It was never set up",
  because: "it has never connected",
  evidence: given(
    facts.presence.state === "never_seen" || facts.presence.cause === "never_connected"
      ? { kind: "no_session", weight: 7, text: "No session of it was ever seen.", source: "sessions" }
      : { kind: "sessions", weight: -9, text: `It has connected ${times(Math.max(facts.sessions, 1))} before.`, source: "sessions" },
    facts.sessions === 0 &&
      facts.refusals.length > 0 && {
        kind: "tried",
        weight: -2,
        text: `It has tried, ${times(sum(facts.refusals))}, and was refused: ${facts.refusals[0]?.reason}.`,
        source: "refusals",
      },
    facts.validTokens === 0 && { kind: "no_token", weight: 1, text: "It has no valid token to connect with.", source: "tokens" },
  ),
  next: { text: "Put its token on the device and connect it: the snippets are where it was added.", href: `/devices/${id}` },
});

export const tokenExpired: Maker = (facts, id) => ({
  key: "token_expired",
  title: since(facts).length > 0 ? "Its token expired and it keeps trying with the old one" : "Its token expired",
  because: "its token expired",
  evidence: given(
    cause(facts, "token_expired") && { kind: "cut", weight: 6, text: "Its session was cut by us at the moment its token ended.", source: "sessions" },
    triesFor(facts, 6, "expired"),
    facts.token &&
      facts.token.expiresAt <= facts.now && {
        kind: "ended",
        weight: 2,
        text: `The token of its last session ended ${spanText(facts.now.getTime() - facts.token.expiresAt.getTime())} ago.`,
        source: "tokens",
      },
    facts.token &&
      facts.token.expiresAt > facts.now &&
      facts.token.revokedAt === null && { kind: "valid", weight: -5, text: "The token of its last session is still valid.", source: "tokens" },
  ),
  next: { text: "Grant it a new token and put it on the device.", href: `/devices/${id}` },
});

export const tokenRevoked: Maker = (facts, id) => ({
  key: "token_revoked",
  title: "Its token was taken back",
  because: "its token was taken back",
  evidence: given(
    cause(facts, "token_revoked") && { kind: "cut", weight: 6, text: "Its session was cut by us when its token was revoked.", source: "sessions" },
    triesFor(facts, 6, "revoked"),
    facts.token?.revokedAt && {
      kind: "revoked",
      weight: 2,
      text: `The token of its last session was revoked ${spanText(facts.now.getTime() - facts.token.revokedAt.getTime())} ago.`,
      source: "tokens",
    },
    facts.token !== null &&
      facts.token.revokedAt === null && { kind: "not_revoked", weight: -5, text: "The token of its last session was not revoked.", source: "tokens" },
  ),
  next: { text: "If that was meant, nothing. Otherwise grant it a new token.", href: `/devices/${id}` },
});

export const refused: Maker = (facts, id) => {
  const others = since(facts).filter(({ action, reason, network }) => action === "connect" && !OTHERWISE_TOLD.has(reason) && isItself(facts, network));
  return {
    key: "refused",
    title: "It tries to connect, and is refused",
    because: `it is refused: ${others[0]?.reason ?? "no attempt was seen"}`,
    evidence: given(
      others.length > 0 && {
        kind: "refused_since",
        weight: 6,
        text: `It has tried ${times(sum(others))} since, last from ${others[0]?.address}: ${others[0]?.reason}.`,
        source: "refusals",
      },
      others.length === 0 && { kind: "none", weight: -4, text: "No such attempt was refused since it went away.", source: "refusals" },
    ),
    next: { text: "See what it presents, and give it a token that fits.", href: `/devices/${id}` },
  };
};

export const misbehaving: Maker = (facts, id) => ({
  key: "misbehaving",
  title: "We disconnected it for what it did",
  because: "it was disconnected for what it did",
  evidence: given(
    cause(facts, "protocol_error") && { kind: "protocol", weight: 6, text: "It broke the MQTT protocol.", source: "sessions" },
    cause(facts, "access_refused") && { kind: "access", weight: 6, text: "It tried what its token does not allow.", source: "sessions" },
    cause(facts, "throttled") && { kind: "throttled", weight: 6, text: "It sent more than its limits allow.", source: "sessions" },
    !cause(facts, "protocol_error", "access_refused", "throttled") && {
      kind: "no",
      weight: -6,
      text: "Its session did not end for anything it sent.",
      source: "sessions",
    },
  ),
  next: { text: "See its rejected messages and its token's scopes; mend the program on the device.", href: `/devices/${id}` },
});
