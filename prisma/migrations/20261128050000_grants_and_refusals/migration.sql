-- CreateEnum
CREATE TYPE "GrantRequestState" AS ENUM ('waiting', 'approved', 'rejected', 'withdrawn', 'collected');

-- CreateEnum
CREATE TYPE "AccessAction" AS ENUM ('connect', 'publish', 'subscribe');

-- AlterTable
ALTER TABLE "access_token" ADD COLUMN     "batch_id" TEXT,
ADD COLUMN     "granted_by" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "meta" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "replaces_id" TEXT;

-- AlterTable
ALTER TABLE "fleet" ADD COLUMN     "token_four_eyes" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "token_long_from_minutes" INTEGER NOT NULL DEFAULT 129600,
ADD COLUMN     "token_ttl_max_minutes" INTEGER NOT NULL DEFAULT 525600;

-- AlterTable
ALTER TABLE "signing_key" ADD COLUMN     "signs_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "service" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scope_use" (
    "token_id" TEXT NOT NULL,
    "scope" INTEGER NOT NULL,
    "count" BIGINT NOT NULL DEFAULT 0,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "scope_use_pkey" PRIMARY KEY ("token_id","scope")
);

-- CreateTable
CREATE TABLE "grant_request" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "requested_by_id" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "reasons" JSONB NOT NULL,
    "state" "GrantRequestState" NOT NULL DEFAULT 'waiting',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by_id" TEXT,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "comment" TEXT NOT NULL DEFAULT '',
    "token_id" TEXT,

    CONSTRAINT "grant_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refusal" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT,
    "subject" TEXT NOT NULL,
    "device_id" TEXT,
    "token_id" TEXT,
    "broker" TEXT NOT NULL,
    "action" "AccessAction" NOT NULL,
    "topic" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "qos" INTEGER,
    "retain" BOOLEAN,
    "scope" INTEGER,
    "client_id" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',
    "count" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "refusal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subject_cutoff" (
    "subject" TEXT NOT NULL,
    "fleet_id" TEXT,
    "issued_before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subject_cutoff_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "revocation" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "selector" JSONB NOT NULL,
    "token_count" INTEGER NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "receipt" TEXT,

    CONSTRAINT "revocation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revoked_token" (
    "revocation_id" TEXT NOT NULL,
    "token_id" TEXT NOT NULL,

    CONSTRAINT "revoked_token_pkey" PRIMARY KEY ("revocation_id","token_id")
);

-- CreateTable
CREATE TABLE "revoked_session" (
    "id" BIGSERIAL NOT NULL,
    "revocation_id" TEXT NOT NULL,
    "token_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "broker" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "address" TEXT NOT NULL DEFAULT '',
    "session_number" BIGINT NOT NULL DEFAULT 0,
    "connected_at" TIMESTAMPTZ(3),
    "cut_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "revoked_session_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "service_fleet_id_name_key" ON "service"("fleet_id", "name");

-- CreateIndex
CREATE INDEX "grant_request_fleet_id_created_at_idx" ON "grant_request"("fleet_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "refusal_fleet_id_last_at_idx" ON "refusal"("fleet_id", "last_at" DESC);

-- CreateIndex
CREATE INDEX "refusal_device_id_last_at_idx" ON "refusal"("device_id", "last_at" DESC);

-- CreateIndex
CREATE INDEX "refusal_token_id_idx" ON "refusal"("token_id");

-- CreateIndex
CREATE UNIQUE INDEX "refusal_broker_subject_action_topic_reason_hour_key" ON "refusal"("broker", "subject", "action", "topic", "reason", "hour");

-- CreateIndex
CREATE INDEX "revocation_fleet_id_at_idx" ON "revocation"("fleet_id", "at" DESC);

-- CreateIndex
CREATE INDEX "revoked_token_token_id_idx" ON "revoked_token"("token_id");

-- CreateIndex
CREATE UNIQUE INDEX "revoked_session_revocation_id_broker_client_id_token_id_ses_key" ON "revoked_session"("revocation_id", "broker", "client_id", "token_id", "session_number");

-- CreateIndex
CREATE INDEX "access_token_batch_id_idx" ON "access_token"("batch_id");

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scope_use" ADD CONSTRAINT "scope_use_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "access_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant_request" ADD CONSTRAINT "grant_request_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refusal" ADD CONSTRAINT "refusal_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revocation" ADD CONSTRAINT "revocation_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revoked_token" ADD CONSTRAINT "revoked_token_revocation_id_fkey" FOREIGN KEY ("revocation_id") REFERENCES "revocation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revoked_session" ADD CONSTRAINT "revoked_session_revocation_id_fkey" FOREIGN KEY ("revocation_id") REFERENCES "revocation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

