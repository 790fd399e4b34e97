import { devices, type Evidence, given, spanText, times, weightOf } from "./evidence";
import { type DeviceFacts, isAfterLoss } from "./facts";

/** Signs worth so much together are told as *Tamper suspected*. */
const SUSPECT_FROM = 4;
/** A clock that jumps further was set, or is another device's. */
const JUMP_SECONDS = 300;
/** Attempts before a device vanished count within this. */
const BEFORE_MS = 3_600_000;

export interface TamperJudgement {
  suspected: boolean;
  score: number;
  /** For and against, the heaviest first. */
  evidence: Evidence[];
}

/** Refusals that a device earns by itself, also from a second line of its site. */
const OWN_FAULTS: ReadonlySet<string> = new Set(["expired", "not_yet_valid"]);
/** What an outage does not explain: that somebody uses the identity while the device is in the dark. */
const USED_ELSEWHERE: ReadonlySet<string> = new Set(["second_holder", "refused_elsewhere"]);

/** Ends that have an everyday explanation. */
const EXPLAINED: ReadonlySet<string> = new Set(["token_expired", "token_revoked", "not_back_after_broker_restart", "never_connected", "throttled"]);

/**
 * Whether somebody may have laid hands on a device: a sum of named signs, for and against, each from what was really seen. That it
 * vanished alone is the occasion, not a proof: without another sign nothing is suspected.
 */
export function judgeTamper(facts: DeviceFacts): TamperJudgement {
  const signs = [...identitySigns(facts), ...hostSigns(facts)];
  const evidence = [...signs, ...circumstances(facts, signs)].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const score = weightOf(evidence);
  return { suspected: signs.length > 0 && score >= SUSPECT_FROM, score, evidence };
}

function identitySigns(facts: DeviceFacts): Evidence[] {
  const { secondHolder, newNetwork, refusals, session, presence, outage } = facts;
  const from = presence.since.getTime() - BEFORE_MS;
  const foreign = refusals.filter(
    ({ network, lastAt, reason }) => network !== null && network !== session?.network && lastAt.getTime() >= from && !(outage && OWN_FAULTS.has(reason)),
  );
  const before = refusals.filter(
    (one) => !foreign.includes(one) && !isAfterLoss(one.firstAt, facts) && one.lastAt.getTime() >= from && one.reason !== "expired",
  );
  const count = (some: typeof refusals) => some.reduce((sum, one) => sum + one.count, 0);
  return given(
    secondHolder && {
      kind: "second_holder",
      weight: 5,
      text: `Its identity was used from ${secondHolder.networks.join(" and ")}: one connection took the other's place ${times(secondHolder.count)}.`,
      source: "sessions",
    },
    foreign.length > 0 && {
      kind: "refused_elsewhere",
      weight: 4,
      text: `Its identity was tried ${times(count(foreign))} from ${foreign[0]?.address}, where it has not been, and refused (${foreign[0]?.reason}).`,
      source: "refusals",
    },
    count(before) >= 3 && {
      kind: "refused_before",
      weight: 2,
      text: `Within an hour before it vanished ${times(count(before))} something it may not do was refused (${before[0]?.action}: ${before[0]?.reason}).`,
      source: "refusals",
    },
    newNetwork && {
      kind: "new_network",
      weight: 2,
      text: `Its last session came from ${newNetwork.to}; all of the 30 days before came from ${newNetwork.from}.`,
      source: "sessions",
    },
  );
}

function hostSigns({ posture, clock }: DeviceFacts): Evidence[] {
  return given(
    posture &&
      posture.oddListeners.length > 0 && {
        kind: "odd_listener",
        weight: 3,
        text: `Its last posture report shows ${posture.oddListeners.join(", ")} listening; hardly any other of its profile has that.`,
        source: "posture",
      },
    posture &&
      posture.oddDestinations.length > 0 && {
        kind: "new_destination",
        weight: 2,
        text: `Its last posture report shows a connection to ${posture.oddDestinations.join(", ")}; hardly any other of its profile has that.`,
        source: "posture",
      },
    clock &&
      Math.abs(clock.jumpSeconds) >= JUMP_SECONDS && {
        kind: "clock_jump",
        weight: 2,
        text: `Its clock jumped by ${spanText(clock.jumpSeconds * 1000)} among its last messages.`,
        source: "last messages",
      },
  );
}

function circumstances(facts: DeviceFacts, signs: readonly Evidence[]): Evidence[] {
  const { presence, neighbours, outage, posture, endsLastDay, now, goodbyes } = facts;
  const all = neighbours.connected + neighbours.away;
  const away = presence.state === "offline";
  const usedElsewhere = signs.some(({ kind }) => USED_ELSEWHERE.has(kind));
  const lonely = away && !outage && neighbours.connected >= 3 && neighbours.away * 10 <= all;
  return given(
    lonely && {
      kind: "alone",
      weight: 1,
      text: `It vanished alone: ${devices(neighbours.connected)} of ${all.toLocaleString("en")} others at ${neighbours.where} are connected.`,
      source: "neighbours",
    },
    outage &&
      !outage.over && {
        kind: "outage",
        weight: usedElsewhere ? 0 : -8,
        text: `It went away together with ${devices(outage.devices - 1)}: ${outage.label}.`,
        source: "outages",
      },
    !outage &&
      away &&
      neighbours.away * 5 >= all &&
      neighbours.away >= 2 && {
        kind: "neighbours_away",
        weight: -2,
        text: `${devices(neighbours.away)} of ${all} others at ${neighbours.where} are away, too.`,
        source: "neighbours",
      },
    away && EXPLAINED.has(presence.cause) && { kind: "explained", weight: -3, text: "How its session ended has an everyday explanation.", source: "sessions" },
    away &&
      (presence.cause === "clean_disconnect" || presence.cause === "overslept") && {
        kind: "goodbye",
        weight: goodbyes.clean >= 3 ? -3 : -1,
        text: "It said goodbye in order.",
        source: "sessions",
      },
    endsLastDay >= 8 &&
      !facts.secondHolder && {
        kind: "unsteady",
        weight: -2,
        text: `Its connection ended ${times(endsLastDay)} within a day: it is unsteady anyway.`,
        source: "sessions",
      },
    signs.length === 0 &&
      posture &&
      posture.peers >= 3 &&
      now.getTime() - posture.at.getTime() < 86_400_000 && {
        kind: "posture_usual",
        weight: -1,
        text: "Its last posture report looks like those of its profile.",
        source: "posture",
      },
  );
}
