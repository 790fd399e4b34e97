-- CreateTable
CREATE TABLE "outage" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "factor" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closed_reason" TEXT,
    "merged_into_id" TEXT,
    "statistic" JSONB NOT NULL,
    "also_shared" JSONB NOT NULL DEFAULT '[]',
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "comment" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "outage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outage_device" (
    "outage_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "lost_at" TIMESTAMPTZ(3) NOT NULL,
    "cause" TEXT NOT NULL,
    "back_at" TIMESTAMPTZ(3),
    "factors" JSONB NOT NULL,

    CONSTRAINT "outage_device_pkey" PRIMARY KEY ("outage_id","device_id")
);

-- CreateIndex
CREATE INDEX "outage_fleet_id_opened_at_idx" ON "outage"("fleet_id", "opened_at" DESC);

-- CreateIndex
CREATE INDEX "outage_device_device_id_lost_at_idx" ON "outage_device"("device_id", "lost_at" DESC);

-- AddForeignKey
ALTER TABLE "outage" ADD CONSTRAINT "outage_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outage_device" ADD CONSTRAINT "outage_device_outage_id_fkey" FOREIGN KEY ("outage_id") REFERENCES "outage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outage_device" ADD CONSTRAINT "outage_device_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand (Prisma has no word for partial indexes): the few that are open are looked for every second.
CREATE INDEX "outage_open_idx" ON "outage"("fleet_id") WHERE "closed_at" IS NULL;
CREATE INDEX "outage_device_away_idx" ON "outage_device"("device_id") WHERE "back_at" IS NULL;
