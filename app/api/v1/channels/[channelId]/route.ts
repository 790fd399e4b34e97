import { z } from "zod";
import { channelSchema } from "@/lib/domain/alerts/alert-view";
import { changeChannel, removeChannel } from "@/lib/server/alerts";
import { route } from "@/lib/web/route";

export const PATCH = route({ summary: "Switch a channel on or off", verb: changeChannel, output: channelSchema });

export const DELETE = route({ summary: "Remove a channel", verb: removeChannel, output: z.object({ channelId: z.string() }) });
