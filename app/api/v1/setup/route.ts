import { z } from "zod";
import { completeSetupInputSchema, setupLinkSchema, setupTokenSchema } from "@/lib/domain/members/setup-view";
import { checkSetupLink } from "@/lib/server/members/check-setup-link";
import { completeSetup } from "@/lib/server/members/complete-setup";
import { parseInput } from "@/lib/server/verb";
import { publicRoute } from "@/lib/web/route";

const checkInput = z.object({ token: setupTokenSchema });

export const GET = publicRoute({
  summary: "What a one-time set-up link is good for",
  input: checkInput,
  output: setupLinkSchema,
  run: (door, input) => checkSetupLink(door.database, parseInput(checkInput, input).token, door.clock.now()),
});

export const POST = publicRoute({
  summary: "Use a set-up link: make the first administrator, or choose a member's password",
  input: completeSetupInputSchema,
  output: z.object({ email: z.string() }),
  run: completeSetup,
});
