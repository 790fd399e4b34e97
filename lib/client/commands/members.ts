import { z } from "zod";
import { type AddedMember, addedMemberSchema, type addMemberInputSchema } from "@/lib/domain/members/member-input";
import type { Role } from "@/lib/domain/members/permissions";
import { api } from "../api";

export function addMember(fleet: string, input: z.input<typeof addMemberInputSchema>): Promise<AddedMember> {
  return api(addedMemberSchema, "/members", { method: "POST", fleet, body: input });
}

export function changeMember(fleet: string, userId: string, role: Role): Promise<unknown> {
  return api(z.unknown(), `/members/${encodeURIComponent(userId)}`, { method: "PATCH", fleet, body: { role } });
}

export function removeMember(fleet: string, userId: string): Promise<unknown> {
  return api(z.unknown(), `/members/${encodeURIComponent(userId)}`, { method: "DELETE", fleet });
}
