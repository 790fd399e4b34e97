-- AlterTable
ALTER TABLE "claim" ADD COLUMN     "batch_id" TEXT,
ADD COLUMN     "number" INTEGER;

-- CreateTable
CREATE TABLE "claim_batch" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "codes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "claim_batch_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "claim_batch_fleet_id_created_at_id_idx" ON "claim_batch"("fleet_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "claim_batch_id_number_key" ON "claim"("batch_id", "number");

-- AddForeignKey
ALTER TABLE "claim" ADD CONSTRAINT "claim_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "claim_batch"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claim_batch" ADD CONSTRAINT "claim_batch_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

