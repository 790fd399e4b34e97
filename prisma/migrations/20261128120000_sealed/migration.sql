-- AlterTable
ALTER TABLE "content_key" ADD COLUMN     "announcement" TEXT;

-- CreateTable
CREATE TABLE "sealed_fleet" (
    "fleet_id" TEXT NOT NULL,
    "root" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_by" TEXT NOT NULL,

    CONSTRAINT "sealed_fleet_pkey" PRIMARY KEY ("fleet_id")
);

-- CreateTable
CREATE TABLE "sealed_statement" (
    "fleet_id" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "jws" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sealed_statement_pkey" PRIMARY KEY ("fleet_id","n")
);

-- CreateTable
CREATE TABLE "sealed_operator" (
    "fleet_id" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "vault" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sealed_operator_pkey" PRIMARY KEY ("fleet_id","operator")
);

-- CreateTable
CREATE TABLE "sealed_wrap" (
    "fleet_id" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "jwe" TEXT NOT NULL,

    CONSTRAINT "sealed_wrap_pkey" PRIMARY KEY ("fleet_id","operator","version")
);

-- CreateTable
CREATE TABLE "sealed_message" (
    "device_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "payload" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sealed_message_pkey" PRIMARY KEY ("device_id","version","seq")
);

-- CreateIndex
CREATE INDEX "sealed_message_device_id_received_at_idx" ON "sealed_message"("device_id", "received_at");

-- CreateIndex
CREATE INDEX "sealed_message_received_at_idx" ON "sealed_message" USING BRIN ("received_at");

-- AddForeignKey
ALTER TABLE "sealed_fleet" ADD CONSTRAINT "sealed_fleet_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sealed_statement" ADD CONSTRAINT "sealed_statement_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "sealed_fleet"("fleet_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sealed_wrap" ADD CONSTRAINT "sealed_wrap_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "sealed_fleet"("fleet_id") ON DELETE CASCADE ON UPDATE CASCADE;

