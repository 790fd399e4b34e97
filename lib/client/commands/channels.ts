import { z } from "zod";
import type { channelInputSchema } from "@/lib/domain/alerts/alert-view";
import { api } from "../api";

const addedSchema = z.object({ id: z.string(), secret: z.string() });

/** `secret` signs what is sent there; shown once. */
export function addChannel(fleet: string, input: z.input<typeof channelInputSchema>): Promise<z.output<typeof addedSchema>> {
  return api(addedSchema, "/channels", { method: "POST", fleet, body: input });
}

export function changeChannelEnabled(fleet: string, channelId: string, enabled: boolean): Promise<unknown> {
  return api(z.unknown(), `/channels/${encodeURIComponent(channelId)}`, { method: "PATCH", fleet, body: { enabled } });
}

export function removeChannel(fleet: string, channelId: string): Promise<unknown> {
  return api(z.unknown(), `/channels/${encodeURIComponent(channelId)}`, { method: "DELETE", fleet });
}

export function testChannel(fleet: string, channelId: string): Promise<unknown> {
  return api(z.unknown(), `/channels/${encodeURIComponent(channelId)}/test`, { method: "POST", fleet, body: {} });
}
