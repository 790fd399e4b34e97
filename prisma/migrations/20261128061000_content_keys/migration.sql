-- CreateEnum
CREATE TYPE "EncryptionPolicy" AS ENUM ('off', 'optional', 'required');

-- CreateEnum
CREATE TYPE "ContentKeyState" AS ENUM ('next', 'active', 'grace', 'retired', 'destroyed');

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "encryption" "EncryptionPolicy" NOT NULL DEFAULT 'off';

-- CreateTable
CREATE TABLE "key_encryption_key" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "check" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "key_encryption_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_key" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "thumbprint" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "pinned_at" TIMESTAMPTZ(3) NOT NULL,
    "offered_thumbprint" TEXT,
    "offered_jwk" JSONB,
    "offered_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_key_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "content_key" (
    "device_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "state" "ContentKeyState" NOT NULL DEFAULT 'next',
    "key_wrapped" BYTEA,
    "rotation_id" TEXT,
    "overlap_seconds" INTEGER NOT NULL DEFAULT 604800,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "announced_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "messages" BIGINT NOT NULL DEFAULT 0,
    "replay_highest" BIGINT NOT NULL DEFAULT -1,
    "replay_seen" BYTEA,
    "superseded_at" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "content_key_pkey" PRIMARY KEY ("device_id","version")
);

-- CreateTable
CREATE TABLE "key_rotation" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "overlap_seconds" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "started_by" TEXT NOT NULL,
    "device_count" INTEGER NOT NULL,

    CONSTRAINT "key_rotation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "device_key_fleet_id_idx" ON "device_key"("fleet_id");

-- CreateIndex
CREATE INDEX "content_key_fleet_id_state_idx" ON "content_key"("fleet_id", "state");

-- CreateIndex
CREATE INDEX "content_key_rotation_id_idx" ON "content_key"("rotation_id");

-- CreateIndex
CREATE INDEX "key_rotation_fleet_id_started_at_idx" ON "key_rotation"("fleet_id", "started_at" DESC);

-- AddForeignKey
ALTER TABLE "device_key" ADD CONSTRAINT "device_key_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "content_key" ADD CONSTRAINT "content_key_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "content_key" ADD CONSTRAINT "content_key_rotation_id_fkey" FOREIGN KEY ("rotation_id") REFERENCES "key_rotation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_rotation" ADD CONSTRAINT "key_rotation_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

