import { z } from "zod";
import { renewSetupLink } from "@/lib/server/members/renew-setup-link";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Make a new one-time link with which a member chooses a password",
  verb: renewSetupLink,
  output: z.object({ setupUrl: z.string(), setupExpiresAt: z.iso.datetime() }),
  status: 201,
});
