import type { z } from "zod";
import { type CatalogueView, type CommandView, catalogueViewSchema, commandViewSchema, type sendCommandInputSchema } from "@/lib/domain/commands/command-view";
import type { CommandDefinition } from "@/lib/domain/commands/definition";
import { api } from "../api";

export function sendCommand(fleet: string, { deviceId, ...body }: z.input<typeof sendCommandInputSchema>): Promise<CommandView> {
  return api(commandViewSchema, `/devices/${encodeURIComponent(deviceId)}/commands`, { method: "POST", fleet, body });
}

export function cancelCommand(fleet: string, id: string): Promise<CommandView> {
  return api(commandViewSchema, `/commands/${encodeURIComponent(id)}/cancel`, { method: "POST", fleet, body: {} });
}

/** As the second admin. */
export function decideCommand(fleet: string, id: string, act: "approve" | "reject", comment: string): Promise<CommandView> {
  return api(commandViewSchema, `/commands/${encodeURIComponent(id)}/${act}`, { method: "POST", fleet, body: { comment } });
}

/** Null: the agent's commands again. */
export function setCatalogue(fleet: string, profileId: string, commands: readonly CommandDefinition[] | null): Promise<CatalogueView> {
  return api(catalogueViewSchema, `/profiles/${encodeURIComponent(profileId)}/commands`, { method: "PATCH", fleet, body: { commands } });
}
