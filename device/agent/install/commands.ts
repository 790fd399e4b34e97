import { SallyportError } from "@/lib/base/errors";
import { readInstallSettings, readPlaceOptions, USAGE } from "../options";
import { AGENT_VERSION, IS_BUNDLE } from "../version";
import { install, uninstall } from "./install";
import { statusLines } from "./status";

/** Commands that end by themselves: what they say, a line each. Undefined: it is none of them. */
export function runPlaceCommand([command, ...rest]: readonly string[]): string[] | undefined {
  switch (command) {
    case "--version":
      return [`sallyport-agent ${AGENT_VERSION}`];
    case "status":
      return statusLines({ ...readPlaceOptions(rest), now: Date.now() });
    case "uninstall":
      return uninstall(readPlaceOptions(rest));
    case "install": {
      const given = readInstallSettings(rest);
      if (!given) return [USAGE];
      if (!IS_BUNDLE)
        throw new SallyportError("configuration", "Only the agent as one file can be installed.", {
          hint: "npm run agent:bundle makes it: dist/sallyport-agent.mjs. Copy it to the device, and install it there.",
        });
      return install({ ...given, program: process.argv[1] ?? "", node: process.execPath });
    }
    default:
      return undefined;
  }
}
