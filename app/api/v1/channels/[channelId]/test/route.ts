import { z } from "zod";
import { testChannel } from "@/lib/server/alerts";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Send a test message to a channel", verb: testChannel, output: z.object({ deliveryId: z.string() }) });
