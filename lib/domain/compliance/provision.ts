import type { Judge } from "./judgement";

export const STANDARDS = ["EN 303 645", "IR 8259A"] as const;

export interface Provision {
  standard: (typeof STANDARDS)[number];
  /** As numbered in EN 303 645 V2.1.1; the elements of an IR 8259A capability are counted within it. */
  number: string;
  /** Where V3.1.3 numbers it in another way. */
  v3?: string;
  clause: string;
  demand: "shall" | "should" | "capability";
  /** In our words; the standard's own text decides. */
  text: string;
  /** What a reader must look at elsewhere. Of a provision without `judge`: why nothing here speaks of it. */
  beyond?: string;
  judge?: Judge;
}

export const STANDARD_TITLES: Record<Provision["standard"], string> = {
  "EN 303 645": "ETSI EN 303 645 V2.1.1 (2020-06), clause 5, with the numbers of V3.1.3 where they differ",
  "IR 8259A": "NIST IR 8259A (2020-05), table 1",
};

/** Said wherever the pack is shown. */
export const LIMITS_TEXT =
  "Met: what this system sees of the provision holds for every device. It is evidence for an assessment, not a certificate: the provisions are paraphrased, the standard's text decides, and much of it is about the manufacturer and the inside of devices, which nothing here sees.";
