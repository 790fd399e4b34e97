-- DropIndex
DROP INDEX "presence_fleet_id_state_idx";

-- CreateIndex
CREATE INDEX "presence_fleet_id_state_since_device_id_idx" ON "presence"("fleet_id", "state", "since" DESC, "device_id");
