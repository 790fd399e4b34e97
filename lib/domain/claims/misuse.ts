import type { ClaimRefusal } from "@/lib/protocol/claim";

/** What is looked at: tries of one claim code in the last 24 hours. */
export const MISUSE_HOURS = 24;

export interface MisuseSigns {
  /** How many devices the code is for. */
  useLimit: number;
  /** Different addresses that somebody connected from with this code. */
  addresses: number;
  /** Different keys that were refused, by reason. */
  refused: Partial<Record<ClaimRefusal, number>>;
}

export const MISUSE_KINDS = ["after_revocation", "after_used_up", "wrong_serials", "bad_proofs", "many_addresses"] as const;
export type MisuseKind = (typeof MISUSE_KINDS)[number];

export interface Misuse {
  kind: MisuseKind;
  /** One sentence: what was seen. */
  evidence: string;
}

/**
 * From how many on it is a sign. One device that comes too late, or an installer who mistypes, is none; whoever tries a revoked code has a
 * label that should be gone. Addresses: every device may come from its own, and a few more are people who carry them about.
 */
const THRESHOLDS: Record<MisuseKind, { refusals: readonly ClaimRefusal[]; from: number; words: string }> = {
  after_revocation: { refusals: ["revoked"], from: 1, words: "tried this code after it was revoked" },
  after_used_up: { refusals: ["used_up", "already_claimed"], from: 3, words: "tried this code after it was used up" },
  wrong_serials: { refusals: ["serial_missing", "serial_not_allowed"], from: 3, words: "tried this code with serial numbers that are not on its list" },
  bad_proofs: { refusals: ["bad_proof", "malformed"], from: 3, words: "could not prove the key that they named" },
  many_addresses: { refusals: [], from: 4, words: "" },
};

/** What suggests that a code is in the wrong hands, the gravest first. Pure: counts go in. */
export function judgeMisuse({ useLimit, addresses, refused }: MisuseSigns): Misuse[] {
  return MISUSE_KINDS.flatMap((kind): Misuse[] => {
    const { refusals, from, words } = THRESHOLDS[kind];
    if (kind === "many_addresses") {
      if (addresses < useLimit + from) return [];
      const devices = useLimit === 1 ? "one device" : `${useLimit.toLocaleString("en")} devices`;
      return [{ kind, evidence: `This code for ${devices} was tried from ${addresses.toLocaleString("en")} addresses in ${MISUSE_HOURS} hours.` }];
    }
    const applicants = refusals.reduce((sum, reason) => sum + (refused[reason] ?? 0), 0);
    if (applicants < from) return [];
    return [{ kind, evidence: `${applicants.toLocaleString("en")} ${applicants === 1 ? "device" : "different devices"} ${words}, in ${MISUSE_HOURS} hours.` }];
  });
}
