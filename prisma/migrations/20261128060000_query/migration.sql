-- CreateIndex
CREATE INDEX "device_fleet_id_firmware_idx" ON "device"("fleet_id", "firmware");
