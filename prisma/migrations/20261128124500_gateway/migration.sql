-- AlterTable
ALTER TABLE "device" ADD COLUMN     "gateway_id" TEXT;

-- CreateIndex
CREATE INDEX "device_gateway_id_idx" ON "device"("gateway_id");

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "device"("id") ON DELETE SET NULL ON UPDATE CASCADE;
