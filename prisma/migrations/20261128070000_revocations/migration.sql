-- AlterTable
ALTER TABLE "revocation" ADD COLUMN     "receipt_version" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "subject_cutoff" DROP CONSTRAINT "subject_cutoff_pkey",
ALTER COLUMN "fleet_id" SET NOT NULL,
ADD CONSTRAINT "subject_cutoff_pkey" PRIMARY KEY ("fleet_id", "subject");

-- CreateIndex
CREATE INDEX "revocation_at_idx" ON "revocation"("at" DESC);

-- CreateIndex
CREATE INDEX "revoked_session_token_id_idx" ON "revoked_session"("token_id");

