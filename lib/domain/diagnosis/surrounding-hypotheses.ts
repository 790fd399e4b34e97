import { sharedText } from "../outages/outage-text";
import { devices, given, spanText, times } from "./evidence";
import { alive, cause, type Maker } from "./hypothesis";

// It cannot or does not want to reach us: power, network, broker, its own plan.

export const outage: Maker = ({ outage, neighbours, presence }) => ({
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
});

export const flapping: Maker = ({ presence, endsLastDay }, id) => ({
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
});

/** Ends of a session that the device announced, or may have: RabbitMQ does not tell. */
const GOODBYES = ["clean_disconnect", "planned_sleep", "overslept", "connection_closed"] as const;

export const sleeping: Maker = (facts, id) => {
  const { ended, clean, usualPauseMs } = facts.goodbyes;
  const habit = ended >= 3 && clean >= ended * 0.8 && usualPauseMs !== null;
  const awayMs = facts.now.getTime() - facts.presence.since.getTime();
  const overslept = cause(facts, "overslept");
  const planned = facts.plannedSleepMs !== null ? spanText(facts.plannedSleepMs) : "a while";
  const over = overslept || (habit && awayMs > usualPauseMs * 2);
  return {
    key: "sleeping",
    title: overslept ? "It did not wake up as planned" : over ? "It sleeps longer than it is used to" : "It sleeps between its reports",
    because: overslept ? "it did not wake up as planned" : over ? "it has not woken up when it is used to" : "it sleeps between its reports",
    evidence: given(
      facts.presence.state === "sleeping" && {
        kind: "planned",
        weight: 8,
        text: `It said goodbye ${spanText(awayMs)} ago; its profile plans sleeps of up to ${planned}.`,
        source: "profile",
      },
      overslept && {
        kind: "overslept",
        weight: 6,
        text: `It said goodbye to sleep for up to ${planned}, and should have been back ${spanText(awayMs)} ago.`,
        source: "profile",
      },
      habit &&
        cause(facts, "clean_disconnect") && {
          kind: "habit",
          weight: 6,
          text: `${clean} of its last ${ended} sessions ended with a goodbye; it is usually back after ${spanText(usualPauseMs)}.`,
          source: "sessions",
        },
      over && !overslept && { kind: "overrun", weight: 0, text: `It has been away for ${spanText(awayMs)}: longer than usual.`, source: "sessions" },
      !cause(facts, ...GOODBYES) && { kind: "no_goodbye", weight: -4, text: "It did not say goodbye.", source: "sessions" },
      !habit && !cause(facts, "planned_sleep", "overslept") && { kind: "no_habit", weight: -2, text: "It is not used to come and go.", source: "sessions" },
    ),
    next: { text: over ? "See whether its battery was low, and wake it up." : "Nothing: it will be back by itself.", href: `/devices/${id}` },
  };
};

export const switchedOff: Maker = (facts, id) => ({
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
    cause(facts, "planned_sleep", "overslept") && {
      kind: "sleep_goodbye",
      weight: 1,
      text: "It said goodbye, to sleep as its profile plans.",
      source: "sessions",
    },
    !cause(facts, ...GOODBYES) && { kind: "no_goodbye", weight: -5, text: "It did not say goodbye.", source: "sessions" },
  ),
  next: { text: "Ask who is at the device whether it was switched off or serviced.", href: `/devices/${id}` },
});

export const lost: Maker = (facts, id) => ({
  key: "lost",
  title: "It lost its power or its network",
  because: cause(facts, "keep_alive_timeout")
    ? "it fell silent without a goodbye: power or network"
    : cause(facts, "connection_closed")
      ? "its connection ended: power or network, or a goodbye"
      : "its connection broke without a goodbye: power or network",
  evidence: given(
    cause(facts, "keep_alive_timeout") && {
      kind: "timeout",
      weight: 4,
      text: `Nothing was heard for 1.5 times its keep-alive${facts.session ? ` of ${facts.session.keepAliveSeconds} s` : ""}.`,
      source: "sessions",
    },
    cause(facts, "connection_closed") && { kind: "ended", weight: 3, text: "Its connection ended; RabbitMQ does not say how.", source: "sessions" },
    cause(facts, "connection_lost") && { kind: "broken", weight: 4, text: "Its connection broke without a goodbye.", source: "sessions" },
    cause(facts, "overslept") && { kind: "not_woken", weight: 2, text: "It did not connect when it should have woken up.", source: "sessions" },
    !cause(facts, "keep_alive_timeout", "connection_lost", "connection_closed", "not_back_after_broker_restart", "overslept") && {
      kind: "other_end",
      weight: -4,
      text: "Its session did not end like that.",
      source: "sessions",
    },
    alive(facts, -6),
  ),
  next: { text: "Check its power, then its network: its neighbours are connected or not, see below.", href: `/devices/${id}` },
});

export const broker: Maker = (facts) => ({
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
});
