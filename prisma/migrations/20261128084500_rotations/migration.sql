-- CreateEnum
CREATE TYPE "RotationState" AS ENUM ('running', 'paused', 'halted', 'finished', 'rolled_back');

-- AlterTable
ALTER TABLE "content_key" ADD COLUMN     "restores" INTEGER;

-- AlterTable
ALTER TABLE "key_rotation" ADD COLUMN     "abort_percent" INTEGER NOT NULL DEFAULT 100,
ADD COLUMN     "canary_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "patience_seconds" INTEGER NOT NULL DEFAULT 900,
ADD COLUMN     "soak_seconds" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "state" "RotationState" NOT NULL DEFAULT 'running',
ADD COLUMN     "state_by" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "state_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "state_why" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "tolerated_failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "trigger" TEXT NOT NULL DEFAULT 'person',
ADD COLUMN     "wave" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "wave_count" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "wave_percent" INTEGER NOT NULL DEFAULT 100,
ADD COLUMN     "wave_started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "key_rotation_device" (
    "rotation_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "wave" INTEGER NOT NULL,
    "version" INTEGER,
    "restored_version" INTEGER,
    "skipped_at" TIMESTAMPTZ(3),

    CONSTRAINT "key_rotation_device_pkey" PRIMARY KEY ("rotation_id","device_id")
);

-- CreateTable
CREATE TABLE "rotation_policy" (
    "fleet_id" TEXT NOT NULL,
    "every_days" INTEGER,
    "after_messages" BIGINT NOT NULL DEFAULT 2147483648,
    "when_member_leaves" BOOLEAN NOT NULL DEFAULT true,
    "when_tamper_suspected" BOOLEAN NOT NULL DEFAULT false,
    "canary_count" INTEGER NOT NULL DEFAULT 5,
    "wave_percent" INTEGER NOT NULL DEFAULT 25,
    "soak_seconds" INTEGER NOT NULL DEFAULT 300,
    "abort_percent" INTEGER NOT NULL DEFAULT 10,
    "overlap_seconds" INTEGER NOT NULL DEFAULT 604800,

    CONSTRAINT "rotation_policy_pkey" PRIMARY KEY ("fleet_id")
);

-- CreateIndex
CREATE INDEX "key_rotation_device_device_id_idx" ON "key_rotation_device"("device_id");

-- AddForeignKey
ALTER TABLE "key_rotation_device" ADD CONSTRAINT "key_rotation_device_rotation_id_fkey" FOREIGN KEY ("rotation_id") REFERENCES "key_rotation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_rotation_device" ADD CONSTRAINT "key_rotation_device_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rotation_policy" ADD CONSTRAINT "rotation_policy_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

