-- AlterEnum
ALTER TYPE "RuleKind" ADD VALUE 'posture';

-- AlterTable
ALTER TABLE "posture_report" ADD COLUMN     "inbound" INTEGER,
ADD COLUMN     "inbound_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "judged_at" TIMESTAMPTZ(3),
ADD COLUMN     "listened_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_at" TIMESTAMPTZ(3),
ADD COLUMN     "rates_in" DOUBLE PRECISION[] DEFAULT ARRAY[]::DOUBLE PRECISION[],
ADD COLUMN     "rates_out" DOUBLE PRECISION[] DEFAULT ARRAY[]::DOUBLE PRECISION[],
ADD COLUMN     "seen" JSONB;

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "allowed_destinations" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "allowed_listeners" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "posture_finding" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "posture_finding_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "posture_finding_device_id_since_idx" ON "posture_finding"("device_id", "since" DESC);

-- AddForeignKey
ALTER TABLE "posture_finding" ADD CONSTRAINT "posture_finding_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

