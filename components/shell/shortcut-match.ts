/** What a key press means, as a pure decision. `g` starts a jump and waits for one more key. */
export type Command = { do: "palette" } | { do: "sheet" } | { do: "search" } | { do: "pause" } | { do: "zone" } | { do: "go"; href: string };

export interface KeyPress {
  key: string;
  ctrlOrMeta: boolean;
  alt: boolean;
  /** Focus is in a field where letters are text. */
  typing: boolean;
}

interface Rules {
  jumps: ReadonlyMap<string, string>;
  /** Single keys can be switched off (WCAG 2.1.4). Ctrl K remains. */
  singleKeys: boolean;
}

export interface Match {
  command: Command | undefined;
  /** `g` was pressed; pass it back in with the next key. */
  jumping: boolean;
}

const none: Match = { command: undefined, jumping: false };
const does = (command: Command): Match => ({ command, jumping: false });

export function matchKey(press: KeyPress, jumping: boolean, { jumps, singleKeys }: Rules): Match {
  if (press.ctrlOrMeta) return press.key.toLowerCase() === "k" && !press.alt ? does({ do: "palette" }) : none;
  if (press.typing || press.alt || !singleKeys) return none;
  if (jumping) {
    const href = jumps.get(press.key);
    return href ? does({ do: "go", href }) : none;
  }
  switch (press.key) {
    case "g":
      return { command: undefined, jumping: true };
    case "?":
      return does({ do: "sheet" });
    case "/":
      return does({ do: "search" });
    case "p":
      return does({ do: "pause" });
    case "z":
      return does({ do: "zone" });
    default:
      return none;
  }
}
