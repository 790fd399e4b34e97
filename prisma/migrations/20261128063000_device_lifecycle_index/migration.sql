-- CreateIndex
CREATE INDEX "device_fleet_id_lifecycle_idx" ON "device"("fleet_id", "lifecycle");
