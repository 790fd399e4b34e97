-- CreateEnum
CREATE TYPE "CommandState" AS ENUM ('waiting', 'queued', 'sent', 'delivered', 'running', 'succeeded', 'failed', 'rejected', 'timed_out', 'expired', 'cancelled');

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "commands" JSONB;

-- CreateTable
CREATE TABLE "command" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "dangerous" BOOLEAN NOT NULL,
    "queue" BOOLEAN NOT NULL,
    "expiry_seconds" INTEGER NOT NULL,
    "timeout_seconds" INTEGER NOT NULL,
    "idempotency_key" TEXT,
    "state" "CommandState" NOT NULL,
    "requested_by_id" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "comment" TEXT NOT NULL DEFAULT '',
    "issued_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "sent_count" INTEGER NOT NULL DEFAULT 0,
    "delivered_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "cancelled_by" TEXT,
    "progress" DOUBLE PRECISION,
    "result" JSONB,
    "error_code" TEXT,
    "error_message" TEXT,
    "late_state" "CommandState",
    "late_at" TIMESTAMPTZ(3),

    CONSTRAINT "command_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "command_fleet_id_requested_at_id_idx" ON "command"("fleet_id", "requested_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "command_device_id_requested_at_id_idx" ON "command"("device_id", "requested_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "command_fleet_id_idempotency_key_key" ON "command"("fleet_id", "idempotency_key");

-- AddForeignKey
ALTER TABLE "command" ADD CONSTRAINT "command_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "command" ADD CONSTRAINT "command_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

