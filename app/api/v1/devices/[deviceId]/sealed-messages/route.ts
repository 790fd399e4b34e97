import { sealedMessageSchema } from "@/lib/domain/sealed/sealed-view";
import { listSealedMessages } from "@/lib/server/sealed/list-sealed";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "What a device of a sealed fleet sent, newest first: ciphertext",
  verb: listSealedMessages,
  output: pageOf(sealedMessageSchema),
});
