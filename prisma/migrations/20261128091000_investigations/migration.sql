-- AlterTable
ALTER TABLE "tamper_verdict" ADD COLUMN     "likely" TEXT;

-- CreateTable
CREATE TABLE "investigation" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "assignee_id" TEXT,
    "snoozed_until" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,
    "closed_reason" TEXT,

    CONSTRAINT "investigation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "investigation_note" (
    "id" BIGSERIAL NOT NULL,
    "investigation_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "investigation_note_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "investigation_fleet_id_idx" ON "investigation"("fleet_id");

-- CreateIndex
CREATE INDEX "investigation_assignee_id_idx" ON "investigation"("assignee_id");

-- CreateIndex
CREATE UNIQUE INDEX "investigation_device_id_since_key" ON "investigation"("device_id", "since");

-- CreateIndex
CREATE INDEX "investigation_note_investigation_id_idx" ON "investigation_note"("investigation_id");

-- AddForeignKey
ALTER TABLE "investigation" ADD CONSTRAINT "investigation_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "investigation" ADD CONSTRAINT "investigation_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "investigation" ADD CONSTRAINT "investigation_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "investigation_note" ADD CONSTRAINT "investigation_note_investigation_id_fkey" FOREIGN KEY ("investigation_id") REFERENCES "investigation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

