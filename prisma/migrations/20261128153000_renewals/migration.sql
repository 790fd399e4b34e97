-- CreateEnum
CREATE TYPE "RenewalState" AS ENUM ('waiting', 'approved', 'denied', 'issued', 'stored');

-- AlterTable
ALTER TABLE "access_token" ADD COLUMN     "renews" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "fleet" ADD COLUMN     "home_grace_days" INTEGER NOT NULL DEFAULT 30;

-- CreateTable
CREATE TABLE "device_renewal" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "state" "RenewalState",
    "token_id" TEXT,
    "answer" TEXT,
    "via" TEXT NOT NULL DEFAULT 'grant',
    "asked_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "renewed_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_renewal_pkey" PRIMARY KEY ("device_id")
);

-- CreateIndex
CREATE INDEX "device_renewal_fleet_id_state_updated_at_idx" ON "device_renewal"("fleet_id", "state", "updated_at" DESC);

-- AddForeignKey
ALTER TABLE "device_renewal" ADD CONSTRAINT "device_renewal_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

