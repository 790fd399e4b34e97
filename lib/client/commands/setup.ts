import { z } from "zod";
import { type CompleteSetupInput, type SetupLinkView, setupLinkSchema } from "@/lib/domain/members/setup-view";
import { api } from "../api";

export function checkSetupLink(token: string): Promise<SetupLinkView> {
  return api(setupLinkSchema, "/setup", { query: { token } });
}

/** Uses the one-time link up. Answers the e-mail to sign in with. */
export function completeSetup(input: CompleteSetupInput): Promise<{ email: string }> {
  return api(z.object({ email: z.string() }), "/setup", { method: "POST", body: input });
}
