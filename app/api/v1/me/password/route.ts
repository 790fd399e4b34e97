import { z } from "zod";
import { changePasswordInputSchema } from "@/lib/domain/members/setup-view";
import { changePassword } from "@/lib/server/members/change-password";
import { ownRoute } from "@/lib/web/route";

export const POST = ownRoute({
  summary: "Change your own password; every other browser is signed out",
  input: changePasswordInputSchema,
  output: z.object({ otherSessionsEnded: z.number().int() }),
  run: changePassword,
});
