-- CreateTable
CREATE TABLE "decommission" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "job_id" TEXT,
    "revocation_id" TEXT,
    "tokens" INTEGER NOT NULL,
    "keys_destroyed" INTEGER NOT NULL,
    "rotations_left" INTEGER NOT NULL,
    "enrolments_closed" INTEGER NOT NULL,
    "alerts_ended" INTEGER NOT NULL,
    "commands_cancelled" INTEGER NOT NULL,
    "investigations" INTEGER NOT NULL,
    "retained_cleared_at" TIMESTAMPTZ(3),

    CONSTRAINT "decommission_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "decommission_device_id_at_idx" ON "decommission"("device_id", "at" DESC);

-- AddForeignKey
ALTER TABLE "decommission" ADD CONSTRAINT "decommission_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

