import { z } from "zod";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";

/** One letter per state: a wall of 100,000 devices is 100 kB. */
export const STATE_LETTERS = {
  online: "o",
  silent: "s",
  sleeping: "z",
  flapping: "f",
  unknown: "u",
  offline: "x",
  never_seen: "n",
} as const satisfies Record<PresenceState, string>;

const STATE_OF = new Map<string, PresenceState>(Object.entries(STATE_LETTERS).map(([state, letter]) => [letter, state as PresenceState]));

export const stateOfLetter = (letter: string): PresenceState => STATE_OF.get(letter) ?? "unknown";

/** Every device that is not retired, by site. `states`: one letter per device, always in the order of their ids. */
export const wallSchema = z.object({
  at: z.iso.datetime(),
  devices: z.number().int(),
  sites: z.array(z.object({ id: z.string().nullable(), name: z.string(), states: z.string() })),
});
export type WallView = z.output<typeof wallSchema>;
export type WallSite = WallView["sites"][number];

export const wallDeviceSchema = z.object({ id: z.string(), name: z.string() });

export const wallDeviceInputSchema = z.object({
  /** Left out: those without a site. */
  siteId: z.string().max(64).optional(),
  /** Place of the letter in `states`, from 0 on. */
  index: z.coerce.number().int().min(0).max(1_000_000),
});

const LETTER_CODES = PRESENCE_STATES.map((state) => [state, STATE_LETTERS[state].charCodeAt(0)] as const);

/** How many devices are in which state, from their letters. */
export function countLetters(states: string): Record<PresenceState, number> {
  const byCode = new Uint32Array(128);
  for (let i = 0; i < states.length; i++) {
    const code = states.charCodeAt(i);
    byCode[code] = (byCode[code] ?? 0) + 1;
  }
  return Object.fromEntries(LETTER_CODES.map(([state, code]) => [state, byCode[code] ?? 0])) as Record<PresenceState, number>;
}
