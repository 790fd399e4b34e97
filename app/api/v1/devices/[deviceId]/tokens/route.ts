import { deviceCredentialsSchema } from "@/lib/domain/devices/device-view";
import { tokenViewSchema } from "@/lib/domain/tokens/token-view";
import { connectionOf } from "@/lib/server/devices/connection";
import { grantDeviceToken, listTokens } from "@/lib/server/tokens";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Tokens of a device, newest first", verb: listTokens, output: pageOf(tokenViewSchema) });

export const POST = route({
  summary: "Grant a device a token; it is shown once",
  verb: grantDeviceToken,
  output: deviceCredentialsSchema,
  status: 201,
  answer: (granted, ctx) => ({ ...granted, ...connectionOf(ctx.env, granted) }),
});
