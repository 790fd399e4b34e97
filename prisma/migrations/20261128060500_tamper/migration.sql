-- CreateTable
CREATE TABLE "tamper_verdict" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "suspected" BOOLEAN NOT NULL,
    "suspected_at" TIMESTAMPTZ(3),
    "score" INTEGER NOT NULL,
    "evidence" JSONB NOT NULL,
    "judged_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tamper_verdict_pkey" PRIMARY KEY ("device_id")
);

-- CreateIndex
CREATE INDEX "tamper_verdict_fleet_id_suspected_idx" ON "tamper_verdict"("fleet_id", "suspected");

-- AddForeignKey
ALTER TABLE "tamper_verdict" ADD CONSTRAINT "tamper_verdict_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

