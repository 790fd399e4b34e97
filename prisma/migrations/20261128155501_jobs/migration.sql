-- CreateEnum
CREATE TYPE "JobState" AS ENUM ('waiting', 'running', 'finished', 'cancelled', 'rejected');

-- CreateEnum
CREATE TYPE "JobOutcome" AS ENUM ('queued', 'done', 'unchanged', 'refused', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "job" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "action" JSONB NOT NULL,
    "target" JSONB NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "state" "JobState" NOT NULL DEFAULT 'running',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "device_count" INTEGER NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "undo_of_id" TEXT,

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job_device" (
    "job_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "before" TEXT,
    "after" TEXT,
    "outcome" "JobOutcome" NOT NULL DEFAULT 'queued',
    "why" TEXT,
    "at" TIMESTAMPTZ(3),

    CONSTRAINT "job_device_pkey" PRIMARY KEY ("job_id","device_id")
);

-- CreateIndex
CREATE INDEX "job_fleet_id_created_at_id_idx" ON "job"("fleet_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "job_undo_of_id_idx" ON "job"("undo_of_id");

-- CreateIndex
CREATE INDEX "job_device_job_id_outcome_position_idx" ON "job_device"("job_id", "outcome", "position");

-- CreateIndex
CREATE INDEX "job_device_device_id_idx" ON "job_device"("device_id");

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_undo_of_id_fkey" FOREIGN KEY ("undo_of_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job_device" ADD CONSTRAINT "job_device_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job_device" ADD CONSTRAINT "job_device_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

