/**
 * The life of one version of a device's content key. `next` is made and announced, `active` is the newest that was seen on the
 * wire, `grace` is older and still taken, `retired` is refused, `destroyed` has no key material any more.
 */
export const KEY_STATES = ["next", "active", "grace", "retired", "destroyed"] as const;
export type KeyState = (typeof KEY_STATES)[number];

/**
 * `seen`: the first message with it came. `newer_seen`: one with a newer version came. `replaced`: yet another version was made.
 * `over`: its time beside the newer one is up. `forgotten`: no message sealed with it could be stored any more.
 */
export type KeyEvent = "seen" | "newer_seen" | "replaced" | "over" | "forgotten";

/** Every step there is. What does not stand here leaves the state as it is. */
const STEPS: Partial<Record<KeyState, Partial<Record<KeyEvent, KeyState | { received: KeyState; unknown: KeyState }>>>> = {
  next: {
    seen: "active",
    // A device that has it may have sealed messages with it that are still to come; one that has not cannot have.
    newer_seen: { received: "grace", unknown: "retired" },
    replaced: { received: "next", unknown: "retired" },
  },
  active: { newer_seen: "grace" },
  grace: { over: "retired" },
  retired: { forgotten: "destroyed" },
};

/** `received`: the device has acknowledged the key; for `replaced`: it was ever sent to the device. */
export function nextKeyState(state: KeyState, event: KeyEvent, received: boolean): KeyState {
  const step = STEPS[state]?.[event] ?? state;
  return typeof step === "string" ? step : step[received ? "received" : "unknown"];
}

/** States in which messages are opened. */
export const OPENING_STATES = ["next", "active", "grace"] as const satisfies readonly KeyState[];

export function opens(state: KeyState): boolean {
  return (OPENING_STATES as readonly KeyState[]).includes(state);
}
