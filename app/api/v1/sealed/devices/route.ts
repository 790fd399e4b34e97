import { sealedDeviceSchema } from "@/lib/domain/sealed/sealed-view";
import { listSealedDevices } from "@/lib/server/sealed/list-sealed";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Active devices with their public keys, for an admin's browser to sign",
  verb: listSealedDevices,
  output: pageOf(sealedDeviceSchema),
});
