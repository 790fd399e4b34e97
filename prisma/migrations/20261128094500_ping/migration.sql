-- CreateTable
CREATE TABLE "device_ping" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "session_number" BIGINT,
    "session_connected_at" TIMESTAMPTZ(3),
    "session_address" TEXT,

    CONSTRAINT "device_ping_pkey" PRIMARY KEY ("device_id")
);

-- CreateIndex
CREATE INDEX "device_ping_fleet_id_at_idx" ON "device_ping"("fleet_id", "at" DESC);

-- AddForeignKey
ALTER TABLE "device_ping" ADD CONSTRAINT "device_ping_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

