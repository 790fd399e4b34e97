import type { CommandDefinition } from "./definition";

const common = { parameters: [], dangerous: false, expirySeconds: 60, timeoutSeconds: 60, queue: false };

/** What our agent understands (docs/commands.md). */
export const STANDARD_COMMANDS: readonly CommandDefinition[] = [
  { ...common, name: "report-now", title: "Report now" },
  { ...common, name: "identify", title: "Identify" },
  {
    ...common,
    name: "log-level",
    title: "Log level",
    expirySeconds: 86_400,
    queue: true,
    parameters: [
      { kind: "choice", name: "level", title: "Level", required: true, choices: ["debug", "info", "warn", "error"] },
      { kind: "number", name: "minutes", title: "How long", required: true, min: 1, max: 1_440, whole: true, unit: "minutes", fallback: 60 },
    ],
  },
  { ...common, name: "restart", title: "Restart the agent", dangerous: true },
];
