import { sharedText } from "../outages/outage-text";
import { devices, type Evidence, given, spanText, times } from "./evidence";
import { type DeviceFacts, isAfterLoss, type Refused } from "./facts";
import { judgeTamper } from "./judge-tamper";

export interface Hypothesis {
  key: string;
  /** A sentence about the device: "Its token expired". */
  title: string;
  /** Completes "is offline because". */
  because: string;
  evidence: Evidence[];
  /** What to do if it is so. `href`: where, inside the console. */
  next: { text: string; href: string | null };
}

type Maker = (facts: DeviceFacts, deviceId: string) => Hypothesis;

const sum = (refusals: readonly Refused[]) => refusals.reduce((count, one) => count + one.count, 0);
const since = (facts: DeviceFacts) => facts.refusals.filter(({ lastAt }) => isAfterLoss(lastAt, facts));
/** Refusals that hypotheses of their own speak of. */
const OTHERWISE_TOLD: ReadonlySet<string> = new Set(["expired", "revoked", "not_yet_valid"]);
/** Attempts from another network say more about the identity than about the device. */
const isItself = ({ session }: DeviceFacts, network: string | null) => network === null || !session || network === session.network;
const cause = (facts: DeviceFacts, ...causes: string[]) => facts.presence.state !== "online" && causes.includes(facts.presence.cause);

function triesFor(facts: DeviceFacts, weight: number, ...reasons: string[]): Evidence | false {
  const fitting = since(facts).filter(({ action, reason }) => action === "connect" && reasons.includes(reason));
  return (
    fitting.length > 0 && {
      kind: "refused_since",
      weight,
      text: `It has tried to connect ${times(sum(fitting))} since, and was refused: ${fitting[0]?.reason}.`,
      source: "refusals",
    }
  );
}

/** It reaches us: whatever cuts its power or its network is ruled out. */
function alive(facts: DeviceFacts, weight: number): Evidence | false {
  const attempts = since(facts).filter(({ network, action }) => action === "connect" && isItself(facts, network));
  return (
    attempts.length > 0 && { kind: "alive", weight, text: `Its attempts reach us from its usual network, ${times(sum(attempts))} since.`, source: "refusals" }
  );
}

/** One line each; where two weigh the same, the upper one is told. */
export const HYPOTHESES: readonly Maker[] = [
  ({ lifecycle }, id) => ({
    key: "taken_out",
    title: lifecycle === "retired" || lifecycle === "suspended" ? `It is ${lifecycle}` : "It was suspended or retired",
    because: `it is ${lifecycle === "retired" ? "retired" : "suspended"}`,
    evidence: given(
      lifecycle === "suspended" || lifecycle === "retired"
        ? { kind: "lifecycle", weight: 9, text: `A person has made it ${lifecycle}: its tokens were taken back.`, source: "registry" }
        : { kind: "lifecycle", weight: -9, text: `It is ${lifecycle}.`, source: "registry" },
    ),
    next: { text: "Make it active again, and give it a new token, if it should be back.", href: `/devices/${id}` },
  }),
  (facts, id) => ({
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
  }),
  ({ outage, neighbours, presence }) => ({
    key: "outage",
    title: outage ? `It is part of an outage: ${sharedText(outage)}` : "Outage of its site or network",
    because: outage ? `of an outage: ${sharedText(outage)}` : "of an outage",
    evidence: given(
      outage &&
        !outage.over && {
          kind: "outage",
          weight: 8,
          text: `It went away together with ${devices(outage.devices - 1)}; ${devices(outage.away)} of them are still away.`,
          source: "outages",
        },
      outage?.over && {
        kind: "outage_over",
        weight: 2,
        text: `It went away in an outage that is over: ${outage.devices - outage.away} of ${devices(outage.devices)} are back.`,
        source: "outages",
      },
      !outage && presence.state === "offline" && { kind: "no_outage", weight: -3, text: "It did not go away together with others.", source: "outages" },
      !outage &&
        neighbours.connected > 0 &&
        neighbours.connected >= neighbours.away * 4 && {
          kind: "neighbours",
          weight: -3,
          text: `${devices(neighbours.connected)} of ${neighbours.connected + neighbours.away} others at ${neighbours.where} are connected.`,
          source: "neighbours",
        },
    ),
    next: { text: "Look at the outage: what its devices share, and who is back.", href: outage ? `/outages/${outage.id}` : "/outages" },
  }),
  (facts, id) => ({
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
  }),
  (facts, id) => ({
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
  }),
  (facts, id) => {
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
  },
  (facts, id) => ({
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
  }),
  (facts, id) => {
    const { evidence } = judgeTamper(facts);
    return {
      key: "tampering",
      title: "Somebody may have laid hands on it",
      because: "somebody may have laid hands on it",
      evidence: evidence.length > 0 ? evidence : [{ kind: "no_signs", weight: -4, text: "No sign of it was seen.", source: "sessions, refusals, posture" }],
      next: { text: "Have somebody look at it. Suspend it if its identity may be in other hands.", href: `/devices/${id}` },
    };
  },
  ({ presence, endsLastDay }, id) => ({
    key: "flapping",
    title: "Its connection comes and goes",
    because: "its connection comes and goes",
    evidence: given(
      presence.state === "flapping" && { kind: "flapping", weight: 8, text: "Its connection ended 4 times or more within 5 minutes.", source: "sessions" },
      endsLastDay >= 8 && { kind: "unsteady", weight: 3, text: `Its connection ended ${times(endsLastDay)} within a day.`, source: "sessions" },
      presence.state !== "flapping" &&
        endsLastDay < 8 && { kind: "steady", weight: -3, text: `Its connection ended ${times(endsLastDay)} within a day.`, source: "sessions" },
    ),
    next: { text: "Look at its radio or cable, and at its power supply.", href: `/devices/${id}` },
  }),
  (facts, id) => {
    const { ended, clean, usualPauseMs } = facts.goodbyes;
    const habit = ended >= 3 && clean >= ended * 0.8 && usualPauseMs !== null;
    const awayMs = facts.now.getTime() - facts.presence.since.getTime();
    const over = habit && awayMs > usualPauseMs * 2;
    return {
      key: "sleeping",
      title: over ? "It sleeps longer than it is used to" : "It sleeps between its reports",
      because: over ? "it has not woken up when it is used to" : "it sleeps between its reports",
      evidence: given(
        habit &&
          cause(facts, "clean_disconnect") && {
            kind: "habit",
            weight: 6,
            text: `${clean} of its last ${ended} sessions ended with a goodbye; it is usually back after ${spanText(usualPauseMs)}.`,
            source: "sessions",
          },
        over && { kind: "overrun", weight: 0, text: `It has been away for ${spanText(awayMs)}: longer than usual.`, source: "sessions" },
        !cause(facts, "clean_disconnect") && { kind: "no_goodbye", weight: -4, text: "It did not say goodbye.", source: "sessions" },
        !habit && { kind: "no_habit", weight: -2, text: "It is not used to come and go.", source: "sessions" },
      ),
      next: { text: over ? "See whether its battery was low, and wake it up." : "Nothing: it will be back by itself.", href: `/devices/${id}` },
    };
  },
  (facts, id) => ({
    key: "switched_off",
    title: "It was switched off, or its program stopped, in order",
    because: "it said goodbye",
    evidence: given(
      cause(facts, "clean_disconnect") && {
        kind: "goodbye",
        weight: 5,
        text: "It said goodbye: the device closed its connection in order.",
        source: "sessions",
      },
      !cause(facts, "clean_disconnect") && { kind: "no_goodbye", weight: -5, text: "It did not say goodbye.", source: "sessions" },
    ),
    next: { text: "Ask who is at the device whether it was switched off or serviced.", href: `/devices/${id}` },
  }),
  (facts, id) => ({
    key: "lost",
    title: "It lost its power or its network",
    because: cause(facts, "keep_alive_timeout")
      ? "it fell silent without a goodbye: power or network"
      : "its connection broke without a goodbye: power or network",
    evidence: given(
      cause(facts, "keep_alive_timeout") && {
        kind: "timeout",
        weight: 4,
        text: `Nothing was heard for 1.5 times its keep-alive${facts.session ? ` of ${facts.session.keepAliveSeconds} s` : ""}.`,
        source: "sessions",
      },
      cause(facts, "connection_lost") && { kind: "broken", weight: 4, text: "Its connection broke without a goodbye.", source: "sessions" },
      !cause(facts, "keep_alive_timeout", "connection_lost", "not_back_after_broker_restart") && {
        kind: "other_end",
        weight: -4,
        text: "Its session did not end like that.",
        source: "sessions",
      },
      alive(facts, -6),
    ),
    next: { text: "Check its power, then its network: its neighbours are connected or not, see below.", href: `/devices/${id}` },
  }),
  (facts) => ({
    key: "broker",
    title: "Our broker restarted and it has not come back",
    because: "it has not come back after our broker restarted",
    evidence: given(
      cause(facts, "broker_restarted") && {
        kind: "restart",
        weight: 6,
        text: "Its session ended with a restart of our broker; it is expected back.",
        source: "broker",
      },
      cause(facts, "not_back_after_broker_restart") && {
        kind: "not_back",
        weight: 6,
        text: "Its session ended with a restart of our broker, and it did not come back in time.",
        source: "broker",
      },
      cause(facts, "server_disconnect") && { kind: "ours", weight: 6, text: "Our side ended its session, and it did not come back in time.", source: "broker" },
      !facts.brokerAlive && { kind: "down", weight: 6, text: "No broker lives now: nobody can connect.", source: "broker" },
      facts.brokerAlive &&
        !cause(facts, "broker_restarted", "not_back_after_broker_restart", "server_disconnect") && {
          kind: "lives",
          weight: -5,
          text: "The broker lives, and ended nothing.",
          source: "broker",
        },
    ),
    next: { text: "See the health of the console; a device that does not come back needs its own reconnect looked at.", href: "/overview" },
  }),
  (facts, id) => {
    const off = facts.clock?.offSeconds ?? 0;
    return {
      key: "clock",
      title: "Its clock is wrong, so its token does not fit",
      because: "its clock is wrong",
      evidence: given(
        triesFor(facts, 5, "not_yet_valid"),
        Math.abs(off) >= 120 && {
          kind: "skew",
          weight: 2,
          text: `Its last messages were stamped ${spanText(off * 1000)} ${off > 0 ? "ahead of" : "behind"} our time.`,
          source: "last messages",
        },
        facts.clock !== null &&
          Math.abs(off) < 120 && {
            kind: "right",
            weight: -3,
            text: `Its clock was right within ${spanText(Math.max(Math.abs(off), 1) * 1000)} in its last messages.`,
            source: "last messages",
          },
        Math.abs(off) >= 120 && { kind: "alone", weight: 0, text: "A wrong clock alone does not end a session.", source: "sessions" },
      ),
      next: { text: "Set its time server, and restart it.", href: `/devices/${id}` },
    };
  },
  (facts, id) => ({
    key: "second_holder",
    title: "Another connection with its identity took its place",
    because: "another connection with its identity took its place",
    evidence: given(
      cause(facts, "taken_over") && {
        kind: "taken_over",
        weight: 5,
        text: "Another connection with the same identity took its place, and then left.",
        source: "sessions",
      },
      facts.secondHolder && {
        kind: "networks",
        weight: 2,
        text: `Its identity was used from ${facts.secondHolder.networks.join(" and ")}.`,
        source: "sessions",
      },
      !cause(facts, "taken_over") && !facts.secondHolder && { kind: "one", weight: -4, text: "Its identity was used by one device only.", source: "sessions" },
    ),
    next: { text: "Find out which one is the device. Revoke its token and grant a new one.", href: `/devices/${id}` },
  }),
];
