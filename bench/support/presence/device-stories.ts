import { Stage } from "./fleet";
import type { Story } from "./story";

const LONG_AGO = 1;

/** A fleet of five sites, and one device of it. */
function lone(kind: string, seed: number): { stage: Stage; unit: number; all: number[] } {
  const stage = new Stage(kind, seed);
  const sites = stage.sites(5, 14);
  const all = sites.flat();
  const unit = stage.pick(sites[1] ?? all);
  stage.postures(all, LONG_AGO);
  stage.noise(
    all.filter((other) => other !== unit),
    900,
    0.1,
  );
  return { stage, unit, all };
}

const elsewhere = (stage: Stage) => `203.0.113.${stage.int(1, 250)}`;

/** Stories about one device. Nothing in here knows how they are judged. */
export const DEVICE_STORIES: Record<string, (seed: number) => Story> = {
  "stolen, tried from elsewhere": (seed) => {
    const { stage, unit } = lone("stolen, tried from elsewhere", seed);
    stage.powerCut([unit], 100);
    stage.steps.push({ kind: "refuse", unit, at: 400, action: "connect", reason: "wrong_client_id", count: stage.int(2, 9), address: elsewhere(stage) });
    stage.truth.tampered.push(unit);
    stage.ask(unit, 700, "tampering");
    return stage.story(900);
  },
  "opened: something listens before it vanishes": (seed) => {
    const { stage, unit } = lone("opened: something listens before it vanishes", seed);
    stage.steps.push({ kind: "posture", unit, at: 90, listeners: [23], remotes: ["192.0.2.10:8883"] });
    stage.powerCut([unit], 150);
    stage.truth.tampered.push(unit);
    stage.ask(unit, 700, "tampering");
    return stage.story(900);
  },
  "opened: it talks to a stranger and probes, then vanishes": (seed) => {
    const { stage, unit } = lone("opened: it talks to a stranger and probes, then vanishes", seed);
    stage.steps.push({ kind: "posture", unit, at: 60, listeners: [], remotes: ["192.0.2.10:8883", `${elsewhere(stage)}:443`] });
    stage.steps.push({ kind: "refuse", unit, at: 80, action: "subscribe", reason: "implicit_deny", count: stage.int(4, 20) });
    stage.drop(unit, 150, "CONNECTION_LOST");
    stage.truth.tampered.push(unit);
    stage.ask(unit, 700, "tampering");
    return stage.story(900);
  },
  "moved: another network, clock reset, gone": (seed) => {
    const { stage, unit } = lone("moved: another network, clock reset, gone", seed);
    for (let i = 0; i < 5; i++) stage.steps.push({ kind: "message", unit, at: 10 + i * 10, off: 0 });
    stage.drop(unit, 90, "CONNECTION_LOST");
    stage.connect(unit, 200, elsewhere(stage));
    stage.steps.push({ kind: "message", unit, at: 210, off: -86_400 });
    stage.powerCut([unit], 260);
    stage.truth.tampered.push(unit);
    stage.ask(unit, 800, "tampering");
    return stage.story(900);
  },
  "cloned identity": (seed) => {
    const { stage, unit } = lone("cloned identity", seed);
    const own = stage.units[unit]?.address ?? "";
    const other = elsewhere(stage);
    for (let i = 0; i < 8; i++) stage.connect(unit, 100 + i * (20 + stage.random() * 10), i % 2 ? own : other);
    stage.truth.tampered.push(unit);
    return stage.story(600);
  },
  "power of one device": (seed) => {
    const { stage, unit } = lone("power of one device", seed);
    stage.powerCut([unit], 100);
    stage.ask(unit, 700, "lost");
    return stage.story(900);
  },
  "cable of one device": (seed) => {
    const { stage, unit } = lone("cable of one device", seed);
    stage.drop(unit, 100, "CONNECTION_LOST");
    stage.ask(unit, 700, "lost");
    return stage.story(900);
  },
  "switched off in order": (seed) => {
    const { stage, unit } = lone("switched off in order", seed);
    stage.drop(unit, 100, "CLIENT_INITIATED_DISCONNECT");
    stage.ask(unit, 700, "switched_off");
    return stage.story(800);
  },
  "sleeper that does not wake": (seed) => {
    const { stage, unit } = lone("sleeper that does not wake", seed);
    Object.assign(stage.units[unit] ?? {}, { sleeps: 120 });
    stage.drop(unit, 60, "CLIENT_INITIATED_DISCONNECT");
    stage.ask(unit, 700, "sleeping");
    return stage.story(800);
  },
  "one token expired, it keeps trying": (seed) => {
    const { stage, unit } = lone("one token expired, it keeps trying", seed);
    stage.steps.push({ kind: "token", unit, at: 100, ends: "expired" });
    stage.drop(unit, 100, "TOKEN_EXPIRED");
    for (let i = 0; i < 5; i++) stage.steps.push({ kind: "refuse", unit, at: 110 + i * 60, action: "connect", reason: "expired", count: 2 });
    stage.ask(unit, 600, "token_expired");
    return stage.story(700);
  },
  "one token revoked": (seed) => {
    const { stage, unit } = lone("one token revoked", seed);
    stage.steps.push({ kind: "token", unit, at: 100, ends: "revoked" });
    stage.drop(unit, 100, "TOKEN_REVOKED");
    stage.steps.push({ kind: "refuse", unit, at: 130, action: "connect", reason: "revoked", count: 4 });
    stage.ask(unit, 500, "token_revoked");
    return stage.story(600);
  },
  "new device without its token": (seed) => {
    const { stage, all } = lone("new device without its token", seed);
    const unit = stage.add({
      site: 0,
      address: stage.units[all[0] ?? 0]?.address ?? "",
      firmware: "4.8.1",
      profile: 0,
      batch: null,
      keepAlive: 60,
      fresh: true,
    });
    stage.ask(unit, 300, "never_connected");
    return stage.story(400);
  },
  "new device with another's token": (seed) => {
    const { stage, all } = lone("new device with another's token", seed);
    const address = stage.units[all[0] ?? 0]?.address ?? "";
    const unit = stage.add({ site: 0, address, firmware: "4.8.1", profile: 0, batch: null, keepAlive: 60, fresh: true });
    stage.steps.push({ kind: "refuse", unit, at: 60, action: "connect", reason: "wrong_subject", count: 12, address });
    stage.ask(unit, 300, "refused", "never_connected");
    return stage.story(400);
  },
  "comes back with a wrong token": (seed) => {
    const { stage, unit } = lone("comes back with a wrong token", seed);
    stage.drop(unit, 100, "CONNECTION_LOST");
    for (let i = 0; i < 4; i++) stage.steps.push({ kind: "refuse", unit, at: 130 + i * 60, action: "connect", reason: "bad_signature", count: 3 });
    stage.ask(unit, 600, "refused");
    return stage.story(700);
  },
  "clock set back, token not yet valid": (seed) => {
    const { stage, unit } = lone("clock set back, token not yet valid", seed);
    for (let i = 0; i < 5; i++) stage.steps.push({ kind: "message", unit, at: 10 + i * 10, off: -540 });
    stage.drop(unit, 100, "CONNECTION_LOST");
    stage.steps.push({ kind: "refuse", unit, at: 130, action: "connect", reason: "not_yet_valid", count: 6 });
    stage.ask(unit, 500, "clock");
    return stage.story(600);
  },
  "breaks the protocol": (seed) => {
    const { stage, unit } = lone("breaks the protocol", seed);
    stage.drop(unit, 100, "CLIENT_ERROR");
    stage.ask(unit, 400, "misbehaving");
    return stage.story(500);
  },
  "publishes where it may not": (seed) => {
    const { stage, unit } = lone("publishes where it may not", seed);
    stage.steps.push({ kind: "refuse", unit, at: 99, action: "publish", reason: "implicit_deny", count: 1 });
    stage.drop(unit, 100, "FORBIDDEN_ACCESS");
    stage.ask(unit, 400, "misbehaving");
    return stage.story(500);
  },
  "suspended by an operator": (seed) => {
    const { stage, unit } = lone("suspended by an operator", seed);
    stage.steps.push({ kind: "suspend", unit, at: 100 });
    stage.steps.push({ kind: "token", unit, at: 100, ends: "revoked" });
    stage.drop(unit, 101, "TOKEN_REVOKED");
    stage.ask(unit, 400, "taken_out");
    return stage.story(500);
  },
  "flapping radio": (seed) => {
    const { stage, unit } = lone("flapping radio", seed);
    for (let at = 60; at < 600; at += 30 + stage.random() * 20) {
      stage.drop(unit, at, "CONNECTION_LOST");
      stage.connect(unit, at + 5 + stage.random() * 8);
    }
    stage.ask(unit, 500, "flapping");
    return stage.story(620);
  },
  "roams to another network and loses power": (seed) => {
    const { stage, unit } = lone("roams to another network and loses power", seed);
    stage.drop(unit, 60, "CONNECTION_LOST");
    stage.connect(unit, 80, elsewhere(stage));
    stage.powerCut([unit], 300);
    stage.ask(unit, 800, "lost");
    return stage.story(900);
  },
  "reconnects before its loss was noticed": (seed) => {
    const { stage, unit } = lone("reconnects before its loss was noticed", seed);
    for (let i = 0; i < 3; i++) stage.connect(unit, 60 + i * 200);
    stage.powerCut([unit], 640);
    stage.ask(unit, 1_000, "lost");
    return stage.story(1_100);
  },
  "one stolen while a site is dark": (seed) => {
    const stage = new Stage("one stolen while a site is dark", seed);
    const sites = stage.sites(6, 12);
    const dark = sites[4] ?? [];
    const unit = stage.pick(sites[0] ?? []);
    stage.postures(sites.flat(), LONG_AGO);
    stage.powerCut(dark, 100);
    stage.powerCut([unit], 100);
    stage.steps.push({ kind: "refuse", unit, at: 400, action: "connect", reason: "wrong_client_id", count: 5, address: elsewhere(stage) });
    stage.truth.outages.push(dark);
    stage.truth.tampered.push(unit);
    stage.ask(unit, 700, "tampering");
    stage.ask(stage.pick(dark), 700, "outage");
    return stage.story(900);
  },
  "one loses power while a provider fails": (seed) => {
    const stage = new Stage("one loses power while a provider fails", seed);
    const sites = stage.sites(8, 10, 3);
    const dark = [0, 1, 2].flatMap((site) => sites[site] ?? []);
    const unit = stage.pick(sites[6] ?? []);
    stage.lineCut(dark, 100);
    stage.powerCut([unit], 110);
    stage.truth.outages.push(dark);
    stage.ask(unit, 600, "lost");
    stage.ask(stage.pick(dark), 600, "outage");
    return stage.story(700);
  },
};
