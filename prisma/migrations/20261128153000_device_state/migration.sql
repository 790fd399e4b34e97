-- CreateEnum
CREATE TYPE "StateStatus" AS ENUM ('in_sync', 'pending', 'error', 'unreported');

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "desired_state" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "device_state" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "applied_version" INTEGER NOT NULL DEFAULT 0,
    "overrides" JSONB NOT NULL DEFAULT '{}',
    "desired" JSONB NOT NULL DEFAULT '{}',
    "reported" JSONB NOT NULL DEFAULT '{}',
    "reported_at" TIMESTAMPTZ(3),
    "report_number" BIGINT NOT NULL DEFAULT -1,
    "errors" JSONB NOT NULL DEFAULT '{}',
    "paths" JSONB NOT NULL DEFAULT '{}',
    "status" "StateStatus",
    "status_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stale" BOOLEAN NOT NULL DEFAULT false,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_state_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "device_state_message" (
    "id" BIGSERIAL NOT NULL,
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "number" BIGINT,
    "report" JSONB NOT NULL,

    CONSTRAINT "device_state_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_state_change" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "side" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "actor_name" TEXT NOT NULL DEFAULT '',
    "changes" JSONB NOT NULL,

    CONSTRAINT "device_state_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "device_state_fleet_id_status_idx" ON "device_state"("fleet_id", "status");

-- CreateIndex
CREATE INDEX "device_state_change_device_id_id_idx" ON "device_state_change"("device_id", "id" DESC);

-- CreateIndex
CREATE INDEX "device_state_change_at_idx" ON "device_state_change"("at");

-- AddForeignKey
ALTER TABLE "device_state" ADD CONSTRAINT "device_state_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_state_message" ADD CONSTRAINT "device_state_message_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_state_change" ADD CONSTRAINT "device_state_change_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

