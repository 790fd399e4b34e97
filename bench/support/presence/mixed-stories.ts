import { Stage } from "./fleet";
import type { Story } from "./story";

const except = (sites: readonly number[][], ...without: number[]) => sites.flatMap((units, site) => (without.includes(site) ? [] : units));
const of = (units: readonly number[] | undefined): number[] => [...(units ?? [])];
const elsewhere = (stage: Stage) => `203.0.113.${stage.int(1, 250)}`;

/** Stories in which several things happen at once, or an innocent thing looks like a guilty one. Written after the reasoning, from what fleets do. */
export const MIXED_STORIES: Record<string, (seed: number) => Story> = {
  "a site is dark while radios elsewhere flap": (seed) => {
    const stage = new Stage("a site is dark while radios elsewhere flap", seed);
    const sites = stage.sites(6, 12);
    const dark = of(sites[1]);
    const unsteady = [stage.pick(of(sites[3])), stage.pick(of(sites[4])), stage.pick(of(sites[5]))];
    for (const unit of unsteady)
      for (let at = 30 + stage.random() * 30; at < 800; at += 30 + stage.random() * 20) {
        stage.drop(unit, at, "CONNECTION_LOST");
        stage.connect(unit, at + 4 + stage.random() * 9);
      }
    stage.powerCut(dark, 300);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 700, "outage");
    stage.ask(unsteady[0] ?? 0, 700, "flapping");
    return stage.story(820);
  },
  "bad firmware while another site loses power": (seed) => {
    const stage = new Stage("bad firmware while another site loses power", seed);
    const sites = stage.sites(7, 14);
    const dark = of(sites[2]);
    const updated = except(sites, 2).filter(() => stage.random() < 0.3);
    for (const unit of updated) Object.assign(stage.units[unit] ?? {}, { firmware: "4.9.0" });
    for (const unit of updated) stage.drop(unit, 60 + stage.random() * 120, "CONNECTION_LOST");
    stage.powerCut(dark, 100);
    stage.truth.outages.push(updated, dark);
    stage.ask(stage.pick(updated), 600, "outage");
    stage.ask(stage.pick(dark), 600, "outage");
    return stage.story(700);
  },
  "an identity is cloned while a provider fails": (seed) => {
    const stage = new Stage("an identity is cloned while a provider fails", seed);
    const sites = stage.sites(8, 10, 3);
    const dark = [0, 1, 2].flatMap((site) => of(sites[site]));
    const unit = stage.pick(of(sites[6]));
    const own = stage.units[unit]?.address ?? "";
    const other = elsewhere(stage);
    stage.lineCut(dark, 100);
    for (let i = 0; i < 6; i++) stage.connect(unit, 120 + i * (25 + stage.random() * 15), i % 2 ? own : other);
    stage.noise(
      except(sites, 0, 1, 2).filter((one) => one !== unit),
      700,
    );
    stage.truth.outages.push(dark);
    stage.truth.tampered.push(unit);
    stage.ask(stage.pick(dark), 500, "outage");
    return stage.story(700);
  },
  "a batch of tokens ends, and one device is stolen": (seed) => {
    const stage = new Stage("a batch of tokens ends, and one device is stolen", seed);
    const sites = stage.sites(6, 12);
    const unit = stage.pick(of(sites[3]));
    const batch = sites.flat().filter((one) => one !== unit && stage.random() < 0.3);
    stage.postures(sites.flat());
    for (const one of batch) {
      Object.assign(stage.units[one] ?? {}, { batch: 2 });
      stage.steps.push({ kind: "token", unit: one, at: 100, ends: "expired" });
      stage.drop(one, 100 + stage.random() * 2, "TOKEN_EXPIRED");
    }
    stage.powerCut([unit], 110);
    stage.steps.push({ kind: "refuse", unit, at: 450, action: "connect", reason: "wrong_client_id", count: stage.int(2, 8), address: elsewhere(stage) });
    stage.truth.outages.push(batch);
    stage.truth.tampered.push(unit);
    stage.ask(unit, 700, "tampering");
    stage.ask(stage.pick(batch), 600, "token_expired", "outage");
    return stage.story(800);
  },
  "a site comes back in two halves": (seed) => {
    const stage = new Stage("a site comes back in two halves", seed);
    const sites = stage.sites(5, 16);
    const dark = of(sites[0]);
    stage.powerCut(dark, 60);
    stage.restore(dark.slice(0, dark.length / 2), 400);
    stage.restore(dark.slice(dark.length / 2), 900);
    stage.noise(except(sites, 0), 1_100);
    stage.truth.outages.push(dark);
    stage.ask(dark.at(-1) ?? 0, 800, "outage");
    return stage.story(1_100);
  },
  "a storm takes three sites in a row": (seed) => {
    const stage = new Stage("a storm takes three sites in a row", seed);
    const sites = stage.sites(9, 11, 1);
    for (const [place, site] of [1, 4, 7].entries()) {
      const dark = of(sites[site]);
      stage.powerCut(dark, 60 + place * 100);
      stage.truth.outages.push(dark);
      stage.ask(stage.pick(dark), 700, "outage");
    }
    stage.noise(except(sites, 1, 4, 7), 800);
    return stage.story(800);
  },
  "a site of three goes dark": (seed) => {
    const stage = new Stage("a site of three goes dark", seed);
    const sites = stage.sites(14, 4, 1);
    const dark = of(sites[5]).slice(0, 3);
    const others = of(sites[5]).slice(3);
    for (const unit of others) Object.assign(stage.units[unit] ?? {}, { site: 6 });
    stage.powerCut(dark, 80);
    stage.noise(except(sites, 5), 700, 0.1);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 500, "outage");
    return stage.story(700);
  },
  "two neighbours vanish together": (seed) => {
    const stage = new Stage("two neighbours vanish together", seed);
    const sites = stage.sites(5, 14);
    const pair = of(sites[2]).slice(0, 2);
    stage.lineCut(pair, 100);
    stage.ask(pair[0] ?? 0, 600, "lost");
    stage.ask(pair[1] ?? 0, 600, "lost");
    return stage.story(700);
  },
  "a site is dark, and the broker crashes meanwhile": (seed) => {
    const stage = new Stage("a site is dark, and the broker crashes meanwhile", seed);
    const sites = stage.sites(6, 12);
    const dark = of(sites[3]);
    stage.powerCut(dark, 60);
    stage.crashes.push({ at: 240, seconds: stage.int(5, 30) });
    for (const unit of except(sites, 3)) stage.connect(unit, 275 + stage.random() * 60);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 600, "outage");
    return stage.story(700);
  },
  "stolen in the dark": (seed) => {
    const stage = new Stage("stolen in the dark", seed);
    const sites = stage.sites(6, 12);
    const dark = of(sites[4]);
    const unit = stage.pick(dark);
    stage.powerCut(dark, 100);
    stage.steps.push({ kind: "refuse", unit, at: 500, action: "connect", reason: "wrong_client_id", count: stage.int(3, 9), address: elsewhere(stage) });
    stage.truth.outages.push(dark);
    stage.truth.tampered.push(unit);
    return stage.story(900);
  },
  "a site fails over to its second line": (seed) => {
    const stage = new Stage("a site fails over to its second line", seed);
    const sites = stage.sites(6, 12);
    const moved = of(sites[2]);
    stage.lineCut(moved, 100);
    for (const unit of moved) stage.connect(unit, 220 + stage.random() * 40, `198.51.100.${stage.int(2, 250)}`);
    stage.noise(except(sites, 2), 800);
    stage.truth.outages.push(moved);
    return stage.story(800);
  },
  "no clock battery: the time is wrong after a power cut": (seed) => {
    const stage = new Stage("no clock battery: the time is wrong after a power cut", seed);
    const sites = stage.sites(5, 12);
    const dark = of(sites[1]);
    const unit = stage.pick(of(sites[1]));
    stage.postures(sites.flat());
    for (const one of dark) for (let i = 0; i < 4; i++) stage.steps.push({ kind: "message", unit: one, at: 10 + i * 10, off: 0 });
    stage.powerCut(dark, 60);
    stage.restore(dark, 300);
    for (const one of dark) stage.steps.push({ kind: "message", unit: one, at: 370, off: -86_400 * 2 });
    stage.powerCut([unit], 900);
    stage.truth.outages.push(dark);
    stage.ask(unit, 1_400, "lost");
    return stage.story(1_500);
  },
  "a technician is at the device": (seed) => {
    const stage = new Stage("a technician is at the device", seed);
    const sites = stage.sites(5, 14);
    const unit = stage.pick(of(sites[3]));
    stage.postures(sites.flat());
    stage.steps.push({ kind: "posture", unit, at: 60, listeners: [22], remotes: ["192.0.2.10:8883"] });
    stage.drop(unit, 150, "CLIENT_INITIATED_DISCONNECT");
    stage.ask(unit, 600, "switched_off");
    return stage.story(700);
  },
  "asks for a topic it may not have, then loses power": (seed) => {
    const stage = new Stage("asks for a topic it may not have, then loses power", seed);
    const sites = stage.sites(5, 14);
    const unit = stage.pick(of(sites[0]));
    stage.postures(sites.flat());
    stage.steps.push({ kind: "refuse", unit, at: 20, action: "subscribe", reason: "implicit_deny", count: stage.int(3, 12) });
    stage.powerCut([unit], 200);
    stage.ask(unit, 700, "lost");
    return stage.story(800);
  },
  "everybody reconnects before the losses are noticed": (seed) => {
    const stage = new Stage("everybody reconnects before the losses are noticed", seed);
    const all = stage.sites(5, 12).flat();
    for (let round = 0; round < 3; round++) for (const unit of all) stage.connect(unit, 60 + round * 240 + stage.random() * 20);
    return stage.story(700);
  },
  "a carrier gives everybody at a site new addresses": (seed) => {
    const stage = new Stage("a carrier gives everybody at a site new addresses", seed);
    const sites = stage.sites(5, 12);
    const moved = of(sites[3]);
    const unit = stage.pick(moved);
    for (const one of moved) stage.connect(one, 60 + stage.random() * 3, `198.51.100.${stage.int(2, 250)}`);
    stage.powerCut([unit], 300);
    stage.ask(unit, 800, "lost");
    return stage.story(900);
  },
};
