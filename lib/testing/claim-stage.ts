import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NewClaim } from "@/lib/domain/claims/claim-view";
import { readClaimCode } from "@/lib/protocol/claim-code";
import { createClaim } from "@/lib/server/claims/create-claim";
import { type EncryptionStage, encryptionStage } from "./encryption-stage";

export interface ClaimStage extends EncryptionStage {
  claim(input?: Partial<Parameters<typeof createClaim>[1]>): Promise<NewClaim & { raw: string }>;
  /** A fresh folder for one device. */
  folder(): string;
}

/** Broker and worker in this process, a fleet with a profile, and claim codes for it. */
export async function claimStage(): Promise<ClaimStage> {
  const stage = await encryptionStage();
  await stage.device("off");
  const folders = mkdtempSync(path.join(tmpdir(), "sallyport-claims-"));
  let count = 0;
  return {
    ...stage,
    async claim(input = {}) {
      const made = await createClaim(stage.context, { name: `claim ${++count}`, ...input });
      return { ...made, raw: readClaimCode(made.code) ?? "" };
    },
    folder: () => mkdtempSync(path.join(folders, "device-")),
    async close() {
      await stage.close();
      rmSync(folders, { recursive: true, force: true });
    },
  };
}
