import { seededRandom, seedFor } from "@/device/simulator/random";
import type { DisconnectReason } from "@/lib/protocol/presence";
import type { Step, Story, Unit } from "./story";

export type Random = () => number;

/** Builds one story: a fleet in order, with the ordinary bad luck that every fleet has, and what the story adds to it. */
export class Stage {
  readonly random: Random;
  readonly units: Unit[] = [];
  readonly steps: Step[] = [];
  readonly crashes: Story["crashes"] = [];
  readonly truth: Story["truth"] = { outages: [], tampered: [], causes: [] };

  constructor(
    readonly kind: string,
    seed: number,
  ) {
    this.random = seededRandom(seedFor(seed, kind));
  }

  int(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    const one = list[this.int(0, list.length - 1)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  }

  /** Sites of `size` devices or so; each behind its own router, `perProvider` sites behind one provider. */
  sites(count: number, size: number, perProvider = 2): number[][] {
    return Array.from({ length: count }, (_, site) => this.site(site, this.int(Math.ceil(size * 0.7), Math.ceil(size * 1.3)), perProvider));
  }

  private site(site: number, size: number, perProvider: number): number[] {
    return Array.from({ length: size }, () => {
      const provider = 20 + Math.floor(site / perProvider);
      return this.add({
        site,
        address: `${provider}.${this.providerNet(provider)}.${site}.${this.int(2, 250)}`,
        firmware: this.pick(["4.7.0", "4.8.1", "4.8.1"]),
        profile: this.int(0, 2),
        batch: null,
        keepAlive: this.pick([30, 60, 60]),
      });
    });
  }

  private providerNet(provider: number): number {
    return (provider * 37) % 250;
  }

  add(unit: Unit): number {
    return this.units.push(unit) - 1;
  }

  /** The plug is pulled: the broker notices each by its keep-alive, at the earliest half of it later, at the latest 1.5 times. */
  powerCut(units: readonly number[], at: number): void {
    for (const unit of units) this.drop(unit, at + (this.units[unit]?.keepAlive ?? 60) * (0.5 + this.random()), "MQTT_KEEP_ALIVE_TIMEOUT");
  }

  /** The line is cut: most connections break within seconds, some are noticed by keep-alive only. */
  lineCut(units: readonly number[], at: number): void {
    for (const unit of units) {
      if (this.random() < 0.8) this.drop(unit, at + this.random() * 8, "CONNECTION_LOST");
      else this.powerCut([unit], at);
    }
  }

  /** They come back as their back-off has it. */
  restore(units: readonly number[], at: number): void {
    for (const unit of units) this.connect(unit, at + this.random() * 60);
  }

  drop(unit: number, at: number, reason: DisconnectReason): void {
    this.steps.push({ kind: "drop", unit, at, reason });
  }

  connect(unit: number, at: number, address?: string): void {
    this.steps.push({ kind: "connect", unit, at, ...(address ? { address } : {}) });
  }

  ask(unit: number, at: number, ...keys: string[]): void {
    this.truth.causes.push({ unit, at, keys });
  }

  /** Ordinary bad luck: now and then one of these loses its connection, and is back after a while. */
  noise(units: readonly number[], seconds: number, perHour = 0.15): void {
    for (const unit of units) {
      if (this.random() > (perHour * seconds) / 3600) continue;
      const at = this.random() * Math.max(seconds - 300, 1);
      this.drop(unit, at, this.pick(["CONNECTION_LOST", "MQTT_KEEP_ALIVE_TIMEOUT"]));
      this.connect(unit, at + 20 + this.random() * 200);
    }
  }

  /** Every device's report, as its profile has it. */
  postures(units: readonly number[], at = 1): void {
    for (const unit of units) this.steps.push({ kind: "posture", unit, at, listeners: [], remotes: ["192.0.2.10:8883"] });
  }

  story(seconds: number): Story {
    const { kind, units, crashes, truth } = this;
    return { kind, units, crashes, truth, seconds, steps: [...this.steps].sort((a, b) => a.at - b.at) };
  }
}
