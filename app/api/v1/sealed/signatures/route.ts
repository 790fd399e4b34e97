import { signedSchema } from "@/lib/domain/sealed/sealed-view";
import { signBatch } from "@/lib/server/sealed/sign-batch";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "What an admin's browser signed: statements, wrapped keys and announcements, all or nothing",
  verb: signBatch,
  output: signedSchema,
  status: 201,
});
