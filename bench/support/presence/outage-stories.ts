import { Stage } from "./fleet";
import type { Story } from "./story";

const others = (sites: readonly number[][], ...without: number[]) => sites.flatMap((units, site) => (without.includes(site) ? [] : units));
const first = (units: readonly number[] | undefined): number[] => [...(units ?? [])];

/** Stories in which several devices go away together, or only seem to. Nothing in here knows how outages are found. */
export const OUTAGE_STORIES: Record<string, (seed: number) => Story> = {
  "site power cut": (seed) => {
    const stage = new Stage("site power cut", seed);
    const sites = stage.sites(5, 14);
    const dark = first(sites[1]);
    stage.powerCut(dark, 120);
    stage.restore(dark, 900);
    stage.noise(others(sites, 1), 1_200);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 600, "outage");
    return stage.story(1_200);
  },
  "site power cut, some on batteries": (seed) => {
    const stage = new Stage("site power cut, some on batteries", seed);
    const sites = stage.sites(5, 16);
    const site = first(sites[2]);
    const dark = site.slice(Math.ceil(site.length * 0.25));
    stage.powerCut(dark, 100);
    stage.noise(others(sites, 2), 900);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 700, "outage");
    return stage.story(900);
  },
  "site line cut": (seed) => {
    const stage = new Stage("site line cut", seed);
    const sites = stage.sites(6, 10);
    const dark = first(sites[3]);
    stage.lineCut(dark, 60);
    stage.restore(dark, 500);
    stage.noise(others(sites, 3), 800);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 400, "outage");
    return stage.story(800);
  },
  "provider fails across sites": (seed) => {
    const stage = new Stage("provider fails across sites", seed);
    const sites = stage.sites(8, 10, 3);
    const dark = [0, 1, 2].flatMap((site) => first(sites[site]));
    stage.lineCut(dark, 90);
    stage.restore(dark, 900);
    stage.noise(others(sites, 0, 1, 2), 1_200);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 600, "outage");
    return stage.story(1_200);
  },
  "provider fails slowly": (seed) => {
    const stage = new Stage("provider fails slowly", seed);
    const sites = stage.sites(8, 10, 3);
    const dark = [0, 1, 2].flatMap((site) => first(sites[site]));
    for (const unit of dark) stage.drop(unit, 60 + stage.random() * 220, "CONNECTION_LOST");
    stage.noise(others(sites, 0, 1, 2), 900);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 600, "outage");
    return stage.story(900);
  },
  "provider is back, one of its sites is not": (seed) => {
    const stage = new Stage("provider is back, one of its sites is not", seed);
    const sites = stage.sites(8, 12, 3);
    const dark = first(sites[1]);
    const rest = [0, 2].flatMap((site) => first(sites[site]));
    stage.lineCut([...dark, ...rest], 60);
    stage.restore(rest, 500);
    stage.truth.outages.push(rest, dark);
    stage.ask(stage.pick(dark), 1_100, "outage");
    return stage.story(1_200);
  },
  "two sites at once": (seed) => {
    const stage = new Stage("two sites at once", seed);
    const sites = stage.sites(8, 12, 4);
    const [a, b] = [first(sites[0]), first(sites[5])];
    stage.powerCut(a, 100);
    stage.lineCut(b, 100 + stage.int(0, 60));
    stage.restore(a, 700);
    stage.noise(others(sites, 0, 5), 1_000);
    stage.truth.outages.push(a, b);
    stage.ask(stage.pick(b), 600, "outage");
    return stage.story(1_000);
  },
  "two sites of one provider, one after the other": (seed) => {
    const stage = new Stage("two sites of one provider, one after the other", seed);
    const sites = stage.sites(8, 12, 4);
    const [a, b] = [first(sites[0]), first(sites[1])];
    stage.powerCut(a, 60);
    stage.powerCut(b, 660);
    stage.truth.outages.push(a, b);
    stage.ask(stage.pick(b), 1_000, "outage");
    return stage.story(1_100);
  },
  "broker crash": (seed) => {
    const stage = new Stage("broker crash", seed);
    const sites = stage.sites(5, 14);
    stage.crashes.push({ at: 100, seconds: stage.int(3, 40) });
    for (const unit of sites.flat()) stage.connect(unit, 145 + stage.random() * 70);
    return stage.story(600);
  },
  "broker crash, one site never comes back": (seed) => {
    const stage = new Stage("broker crash, one site never comes back", seed);
    const sites = stage.sites(6, 12);
    const dark = first(sites[4]);
    stage.crashes.push({ at: 100, seconds: 20 });
    for (const unit of others(sites, 4)) stage.connect(unit, 125 + stage.random() * 60);
    stage.truth.outages.push(dark);
    stage.ask(stage.pick(dark), 500, "outage");
    return stage.story(600);
  },
  "bad firmware takes down its version": (seed) => {
    const stage = new Stage("bad firmware takes down its version", seed);
    const sites = stage.sites(6, 14);
    const updated = sites.flatMap((units) => units.filter(() => stage.random() < 0.25));
    for (const unit of updated) Object.assign(stage.units[unit] ?? {}, { firmware: "4.9.0" });
    for (const unit of updated) stage.drop(unit, 60 + stage.random() * 150, "CONNECTION_LOST");
    stage.truth.outages.push(updated);
    stage.ask(stage.pick(updated), 500, "outage");
    return stage.story(600);
  },
  "gateway of half a site dies": (seed) => {
    const stage = new Stage("gateway of half a site dies", seed);
    const sites = stage.sites(5, 20);
    const site = first(sites[0]);
    const behind = site.slice(0, Math.floor(site.length / 2));
    for (const unit of behind) Object.assign(stage.units[unit] ?? {}, { address: `198.51.100.${stage.int(1, 9)}` });
    stage.powerCut(behind, 60);
    stage.noise(others(sites, 0), 600);
    stage.truth.outages.push(behind);
    stage.ask(stage.pick(behind), 500, "outage");
    return stage.story(600);
  },
  "a batch of tokens ends": (seed) => {
    const stage = new Stage("a batch of tokens ends", seed);
    const sites = stage.sites(6, 12);
    const batch = sites.flatMap((units) => units.filter(() => stage.random() < 0.3));
    for (const unit of batch) {
      Object.assign(stage.units[unit] ?? {}, { batch: 1 });
      stage.steps.push({ kind: "token", unit, at: 100, ends: "expired" });
      stage.drop(unit, 100 + stage.random() * 2, "TOKEN_EXPIRED");
      stage.steps.push({ kind: "refuse", unit, at: 130 + stage.random() * 60, action: "connect", reason: "expired", count: 3 });
    }
    stage.truth.outages.push(batch);
    stage.ask(stage.pick(batch), 400, "token_expired", "outage");
    return stage.story(500);
  },
  "everything is gone": (seed) => {
    const stage = new Stage("everything is gone", seed);
    const all = stage.sites(4, 12, 1).flat();
    stage.lineCut(all, 60);
    stage.restore(all, 400);
    stage.truth.outages.push(all);
    stage.ask(stage.pick(all), 300, "outage");
    return stage.story(700);
  },
  "a blink of the line": (seed) => {
    const stage = new Stage("a blink of the line", seed);
    const sites = stage.sites(5, 14);
    for (const unit of first(sites[1])) {
      const at = 60 + stage.random();
      stage.drop(unit, at, "CONNECTION_LOST");
      stage.connect(unit, at + 1 + stage.random() * 2);
    }
    stage.noise(others(sites, 1), 600);
    return stage.story(600);
  },
  "planned sleep of a whole site": (seed) => {
    const stage = new Stage("planned sleep of a whole site", seed);
    const sites = stage.sites(5, 12);
    const sleepers = first(sites[2]);
    for (const unit of sleepers) Object.assign(stage.units[unit] ?? {}, { sleeps: 900 });
    for (const unit of sleepers) {
      stage.drop(unit, 60 + stage.random() * 5, "CLIENT_INITIATED_DISCONNECT");
      stage.connect(unit, 960 + stage.random() * 5);
    }
    stage.ask(stage.pick(sleepers), 400, "sleeping");
    return stage.story(1_100);
  },
  "an operator revokes the tokens of a site": (seed) => {
    const stage = new Stage("an operator revokes the tokens of a site", seed);
    const sites = stage.sites(5, 12);
    const cut = first(sites[0]);
    for (const unit of cut) {
      stage.steps.push({ kind: "token", unit, at: 100, ends: "revoked" });
      stage.drop(unit, 100 + stage.random() * 2, "TOKEN_REVOKED");
    }
    stage.ask(stage.pick(cut), 300, "token_revoked");
    return stage.story(400);
  },
  "slow drip of failures": (seed) => {
    const stage = new Stage("slow drip of failures", seed);
    const all = stage.sites(6, 14).flat();
    const failing = Array.from({ length: 8 }, (_, i) => all[(i * 11 + stage.int(0, 9)) % all.length] ?? 0);
    for (const [i, unit] of [...new Set(failing)].entries()) stage.drop(unit, 60 + i * 240, "MQTT_KEEP_ALIVE_TIMEOUT");
    stage.ask(failing[0] ?? 0, 1_500, "lost");
    return stage.story(2_000);
  },
  "slow drip at one site": (seed) => {
    const stage = new Stage("slow drip at one site", seed);
    const sites = stage.sites(6, 16);
    const failing = first(sites[2]).slice(0, 5);
    for (const [i, unit] of failing.entries()) stage.drop(unit, 60 + i * 400, "MQTT_KEEP_ALIVE_TIMEOUT");
    stage.ask(failing[0] ?? 0, 900, "lost");
    return stage.story(2_100);
  },
};
