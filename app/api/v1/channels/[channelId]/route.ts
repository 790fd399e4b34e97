import { z } from "zod";
import { removeChannel } from "@/lib/server/alerts";
import { route } from "@/lib/web/route";

export const DELETE = route({ summary: "Remove a channel", verb: removeChannel, output: z.object({ channelId: z.string() }) });
