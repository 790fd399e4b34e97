import type { SubjectKind } from "./branches";
import type { Does, DraftRow } from "./grant-draft";

/** Where a grant can start from. What it makes is a beginning: everything can be changed before it is granted. */
export const TEMPLATE_IDS = ["device", "console", "service", "support", "empty"] as const;
export type TemplateId = (typeof TEMPLATE_IDS)[number];

export interface Template {
  id: TemplateId;
  title: string;
  about: string;
  holder: SubjectKind;
  /** Minutes. */
  ttl: number;
  label: string;
  rows(given: { deviceId: string; query: string }): DraftRow[];
}

const DAY = 1_440;

const row = (id: number, does: Does, kind: DraftRow["kind"], on: string, rest: Partial<DraftRow> = {}): DraftRow => ({
  id,
  does,
  kind,
  on,
  query: "",
  qos: "any",
  retain: "any",
  ...rest,
});
/** A row to fill in. */
export const emptyRow = (id: number, kind: DraftRow["kind"], query = ""): DraftRow => row(id, "read", kind, kind === "branch" ? "up/telemetry" : "", { query });

const TEMPLATES: Record<TemplateId, Omit<Template, "id">> = {
  device: {
    title: "Device default",
    about: "own up/#, own down/#",
    holder: "device",
    ttl: 90 * DAY,
    label: "",
    rows: ({ deviceId }) =>
      deviceId === "" ? [] : [row(1, "write", "topic", `${deviceId}/up/#`, { retain: "never" }), row(2, "read", "topic", `${deviceId}/down/#`)],
  },
  console: {
    title: "Read-only console",
    about: "presence, live, telemetry",
    holder: "console",
    ttl: 480,
    label: "read-only console",
    rows: ({ query }) => [row(1, "read", "branch", "presence"), row(2, "read", "branch", "live/{what}"), row(3, "read", "branch", "up/telemetry", { query })],
  },
  service: {
    title: "Service ingest",
    about: "telemetry and presence of a selection",
    holder: "service",
    ttl: 90 * DAY,
    label: "ingest",
    rows: ({ query }) => [row(1, "read", "branch", "up/telemetry", { query }), row(2, "read", "branch", "presence", { query })],
  },
  support: {
    title: "Support, 1 hour",
    about: "metadata of one device",
    holder: "console",
    ttl: 60,
    label: "support",
    rows: ({ deviceId }) => {
      const query = `id:${deviceId}`;
      return deviceId === "" ? [] : [row(1, "read", "branch", "presence", { query }), row(2, "read", "branch", "up/posture", { query })];
    },
  },
  empty: { title: "Empty", about: "nothing at all", holder: "service", ttl: 90 * DAY, label: "", rows: () => [] },
};

export const templateOf = (id: TemplateId): Template => ({ id, ...TEMPLATES[id] });
