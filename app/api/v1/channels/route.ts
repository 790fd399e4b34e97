import { z } from "zod";
import { channelSchema } from "@/lib/domain/alerts/alert-view";
import { addChannel, listChannels } from "@/lib/server/alerts";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Channels, by name", verb: listChannels, output: pageOf(channelSchema) });

export const POST = route({
  summary: "Add a webhook; its signing secret is shown once",
  verb: addChannel,
  output: channelSchema.extend({ secret: z.string() }),
  status: 201,
  answer: ({ channel, secret }) => ({ ...channel, secret }),
});
