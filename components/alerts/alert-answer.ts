import type { AlertView } from "@/lib/domain/alerts/alert-view";

/** The page's heading: how many fire, and how many of them nobody has acknowledged. */
export function alertAnswer(open: readonly Pick<AlertView, "state" | "acknowledgedAt">[]): string {
  const firing = open.filter(({ state }) => state === "firing");
  const unseen = firing.filter(({ acknowledgedAt }) => acknowledgedAt === null).length;
  if (firing.length === 0) return "No alert is firing";
  const head = firing.length === 1 ? "1 alert is firing" : `${firing.length.toLocaleString("en")} alerts are firing`;
  if (unseen === 0) return `${head}, ${firing.length === 1 ? "acknowledged" : "all acknowledged"}`;
  return unseen === firing.length
    ? `${head}, ${firing.length === 1 ? "not acknowledged" : "none acknowledged"}`
    : `${head}, ${unseen.toLocaleString("en")} not acknowledged`;
}
