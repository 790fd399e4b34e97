import { vaultViewSchema } from "@/lib/domain/sealed/sealed-view";
import { getVault } from "@/lib/server/sealed/vaults";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Your own keys of a sealed fleet, closed by your passphrase", verb: getVault, output: vaultViewSchema });
