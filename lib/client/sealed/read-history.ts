import type { SealedSession } from "@/lib/domain/sealed/session";
import type { Reading } from "@/lib/protocol/telemetry";
import { topics } from "@/lib/protocol/topics";
import { fetchSealedMessages } from "../commands/sealed";
import { contentKeyOf } from "./content-keys";

const MOST = 5_000;

interface SealedHistory {
  readings: Reading[];
  /** Messages in the range, those that were fetched, and of these the ones that did not open. */
  total: number;
  fetched: number;
  unopened: number;
}

/** Fetches what a device sent since then, newest first, and opens it here. */
export async function readSealedHistory(session: SealedSession, deviceId: string, since: Date): Promise<SealedHistory> {
  const { fleet } = session;
  const { items, total } = await fetchSealedMessages(fleet, deviceId, since.toISOString(), MOST);
  const [{ readEnvelope }, { openInBrowser }, { fromBase64url }, { parseTelemetry }] = await Promise.all([
    import("@/lib/protocol/envelope/read-envelope"),
    import("@/lib/protocol/envelope/web-cipher"),
    import("@/lib/protocol/envelope/base64url"),
    import("@/lib/protocol/telemetry"),
  ]);
  const encoder = new TextEncoder();
  const topic = topics.up(fleet, deviceId, "telemetry");
  const readings: Reading[] = [];
  let unopened = 0;
  for (const { payload, version, receivedAt } of items.reverse()) {
    const bytes = fromBase64url(encoder.encode(payload));
    const read = bytes && readEnvelope(bytes, { device: deviceId, topic });
    const key = await contentKeyOf(session, deviceId, version);
    const plain = read?.ok && key && read.envelope.version === version ? await openInBrowser(key, read.envelope) : undefined;
    const told = plain && parseTelemetry(plain, deviceId, Date.parse(receivedAt));
    if (told?.ok) readings.push(...told.message.readings);
    else unopened++;
  }
  return { readings, total, fetched: items.length, unopened };
}
