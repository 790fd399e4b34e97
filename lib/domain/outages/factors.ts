import { networkPrefix } from "./network-prefix";

/** What is known of a device at the moment it went away. */
export interface Circumstances {
  site: string | null;
  /** The device that it reaches us through; of a gateway itself, so that it counts with those behind it. */
  gateway: string | null;
  /** Address of its last session. */
  address: string | null;
  /** Broker node of its last session. */
  node: string | null;
  firmware: string | null;
  profile: string;
  /** Batch of the access token of its last session. */
  batch: string | null;
  /** The newest version of its content key that it is known to have. */
  key: number | null;
}

/**
 * What devices that vanish together may share: one line each. Where two explain the same devices equally well, the upper one is
 * told. `words` stand before the value's name: "network 10.1.2.0/24".
 */
export const FACTORS = [
  { kind: "site", words: "site", read: ({ site }: Circumstances) => site ?? undefined },
  { kind: "gateway", words: "gateway", read: ({ gateway }: Circumstances) => gateway ?? undefined },
  { kind: "network", words: "network", read: ({ address }: Circumstances) => prefix(address, { v4: 24, v6: 48 }) },
  { kind: "provider", words: "wider network", read: ({ address }: Circumstances) => prefix(address, { v4: 16, v6: 32 }) },
  { kind: "node", words: "broker node", read: ({ node }: Circumstances) => node ?? undefined },
  { kind: "firmware", words: "firmware", read: ({ firmware }: Circumstances) => firmware ?? undefined },
  { kind: "profile", words: "profile", read: ({ profile }: Circumstances) => profile },
  { kind: "batch", words: "token batch", read: ({ batch }: Circumstances) => batch ?? undefined },
  { kind: "key", words: "content key version", read: ({ key }: Circumstances) => (key === null ? undefined : String(key)) },
] as const;

/** `fleet`: nothing shared explains it, but so many went away that it is one story all the same. */
export const FACTOR_KINDS = ["site", "gateway", "network", "provider", "node", "firmware", "profile", "batch", "key", "fleet"] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];
export type Factors = Partial<Record<Exclude<FactorKind, "fleet">, string>>;

export function factorsOf(circumstances: Circumstances): Factors {
  const found = FACTORS.flatMap(({ kind, read }) => {
    const value = read(circumstances);
    return value === undefined ? [] : [[kind, value] as const];
  });
  return Object.fromEntries(found);
}

/** Words for a factor, before the name of its value. */
export function factorWords(kind: FactorKind): string {
  return FACTORS.find((factor) => factor.kind === kind)?.words ?? "fleet";
}

function prefix(address: string | null, lengths: { v4: 16 | 24; v6: 32 | 48 }): string | undefined {
  return address === null ? undefined : networkPrefix(address, lengths);
}
