-- AlterTable
ALTER TABLE "access_token" ADD COLUMN     "kid" TEXT,
ADD COLUMN     "watched_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "access_token_fleet_id_issued_at_id_idx" ON "access_token"("fleet_id", "issued_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "access_token_kid_expires_at_idx" ON "access_token"("kid", "expires_at");

-- CreateIndex
CREATE INDEX "access_token_replaces_id_idx" ON "access_token"("replaces_id");

