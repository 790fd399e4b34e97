-- CreateEnum
CREATE TYPE "ClaimApproval" AS ENUM ('auto', 'listed', 'ask');

-- CreateEnum
CREATE TYPE "EnrolmentState" AS ENUM ('waiting', 'approved', 'denied', 'issued', 'stored');

-- CreateTable
CREATE TABLE "claim" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "site_id" TEXT,
    "profile_id" TEXT NOT NULL,
    "approval" "ClaimApproval" NOT NULL DEFAULT 'auto',
    "use_limit" INTEGER NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,
    "serial_count" INTEGER NOT NULL DEFAULT 0,
    "token_days" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,

    CONSTRAINT "claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "claim_serial" (
    "claim_id" TEXT NOT NULL,
    "serial" TEXT NOT NULL,

    CONSTRAINT "claim_serial_pkey" PRIMARY KEY ("claim_id","serial")
);

-- CreateTable
CREATE TABLE "enrolment" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "claim_id" TEXT NOT NULL,
    "thumbprint" TEXT NOT NULL,
    "identity_jwk" JSONB NOT NULL,
    "agreement_jwk" JSONB NOT NULL,
    "serial" TEXT,
    "name" TEXT,
    "state" "EnrolmentState" NOT NULL,
    "kind" TEXT NOT NULL,
    "device_id" TEXT,
    "token_id" TEXT,
    "answered_nonce" TEXT,
    "answer" TEXT,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "enrolment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_identity" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "thumbprint" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "serial" TEXT,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_identity_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "claim_refused" (
    "claim_id" TEXT NOT NULL,
    "thumbprint" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "serial" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "claim_refused_pkey" PRIMARY KEY ("claim_id","thumbprint","code")
);

-- CreateIndex
CREATE UNIQUE INDEX "claim_digest_key" ON "claim"("digest");

-- CreateIndex
CREATE INDEX "claim_fleet_id_created_at_id_idx" ON "claim"("fleet_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "enrolment_fleet_id_state_updated_at_idx" ON "enrolment"("fleet_id", "state", "updated_at" DESC);

-- CreateIndex
CREATE INDEX "enrolment_device_id_idx" ON "enrolment"("device_id");

-- CreateIndex
CREATE UNIQUE INDEX "enrolment_claim_id_thumbprint_key" ON "enrolment"("claim_id", "thumbprint");

-- CreateIndex
CREATE UNIQUE INDEX "device_identity_thumbprint_key" ON "device_identity"("thumbprint");

-- CreateIndex
CREATE UNIQUE INDEX "device_identity_fleet_id_serial_key" ON "device_identity"("fleet_id", "serial");

-- AddForeignKey
ALTER TABLE "claim" ADD CONSTRAINT "claim_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claim_serial" ADD CONSTRAINT "claim_serial_claim_id_fkey" FOREIGN KEY ("claim_id") REFERENCES "claim"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_claim_id_fkey" FOREIGN KEY ("claim_id") REFERENCES "claim"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_identity" ADD CONSTRAINT "device_identity_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claim_refused" ADD CONSTRAINT "claim_refused_claim_id_fkey" FOREIGN KEY ("claim_id") REFERENCES "claim"("id") ON DELETE CASCADE ON UPDATE CASCADE;

