-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('admin', 'operator', 'support', 'viewer');

-- CreateEnum
CREATE TYPE "Lifecycle" AS ENUM ('pending', 'active', 'suspended', 'retired');

-- CreateEnum
CREATE TYPE "SubjectKind" AS ENUM ('device', 'console', 'service');

-- CreateEnum
CREATE TYPE "PresenceState" AS ENUM ('online', 'silent', 'sleeping', 'flapping', 'unknown', 'offline', 'never_seen');

-- CreateEnum
CREATE TYPE "RuleKind" AS ENUM ('threshold', 'offline');

-- CreateEnum
CREATE TYPE "Comparison" AS ENUM ('above', 'below');

-- CreateEnum
CREATE TYPE "AlertState" AS ENUM ('pending', 'firing', 'resolved');

-- CreateEnum
CREATE TYPE "DeliveryState" AS ENUM ('queued', 'delivered', 'failed');

-- CreateTable
CREATE TABLE "fleet" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "fleet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "site" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "site_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "profile" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "reporting_interval_seconds" INTEGER NOT NULL DEFAULT 60,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "site_id" TEXT,
    "profile_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "lifecycle" "Lifecycle" NOT NULL DEFAULT 'active',
    "firmware" TEXT,
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tag" (
    "device_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "tag_pkey" PRIMARY KEY ("device_id","key")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "oidc_subject" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_session" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "user_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("user_id","fleet_id")
);

-- CreateTable
CREATE TABLE "setup_link" (
    "digest" TEXT NOT NULL,
    "user_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "setup_link_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "kid" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "private_wrapped" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "access_token" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT,
    "subject_kind" "SubjectKind" NOT NULL,
    "subject" TEXT NOT NULL,
    "device_id" TEXT,
    "label" TEXT NOT NULL DEFAULT '',
    "client_id" TEXT,
    "scopes" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,

    CONSTRAINT "access_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "broker_login" (
    "broker" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "token_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "broker_login_pkey" PRIMARY KEY ("broker","subject","client_id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "prefix" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "broker_run" (
    "id" BIGSERIAL NOT NULL,
    "node" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "alive_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "handled_at" TIMESTAMPTZ(3),
    "stats" JSONB,

    CONSTRAINT "broker_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_run" (
    "id" BIGSERIAL NOT NULL,
    "node" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "alive_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "worker_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_cursor" (
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_cursor_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "message_count" (
    "fleet_id" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "stored" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "message_count_pkey" PRIMARY KEY ("fleet_id","minute")
);

-- CreateTable
CREATE TABLE "session" (
    "number" BIGINT NOT NULL,
    "broker_run_id" BIGINT NOT NULL,
    "fleet_id" TEXT,
    "subject_kind" "SubjectKind" NOT NULL,
    "subject" TEXT NOT NULL,
    "device_id" TEXT,
    "token_id" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "transport" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "keep_alive_seconds" INTEGER NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,
    "disconnected_at" TIMESTAMPTZ(3),
    "disconnect_reason" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "session_event" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "session_number" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "presence" (
    "device_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "state" "PresenceState" NOT NULL DEFAULT 'never_seen',
    "cause" TEXT NOT NULL DEFAULT 'never_connected',
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3),
    "session_number" BIGINT,
    "recent_ends" JSONB NOT NULL DEFAULT '[]',
    "beneath" JSONB,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "presence_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "presence_change" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "state" "PresenceState" NOT NULL,
    "cause" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "session_number" BIGINT,
    "version" INTEGER NOT NULL,

    CONSTRAINT "presence_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "measurement" (
    "device_id" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "value" DOUBLE PRECISION NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "measurement_pkey" PRIMARY KEY ("device_id","metric","time","seq")
);

-- CreateTable
CREATE TABLE "latest_measurement" (
    "device_id" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "unit" TEXT,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "latest_measurement_pkey" PRIMARY KEY ("device_id","metric")
);

-- CreateTable
CREATE TABLE "posture_report" (
    "device_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "listening_tcp" INTEGER NOT NULL,
    "listening_udp" INTEGER NOT NULL,
    "report" JSONB NOT NULL,

    CONSTRAINT "posture_report_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "rejected_message" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT,
    "subject" TEXT NOT NULL,
    "device_id" TEXT,
    "topic" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "detail" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "sample" BYTEA NOT NULL,
    "size_bytes" INTEGER NOT NULL,

    CONSTRAINT "rejected_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_rule" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "RuleKind" NOT NULL,
    "metric" TEXT,
    "comparison" "Comparison",
    "threshold" DOUBLE PRECISION,
    "hold_seconds" INTEGER NOT NULL DEFAULT 0,
    "severity" TEXT NOT NULL DEFAULT 'warning',
    "device_id" TEXT,
    "site_id" TEXT,
    "profile_id" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "state" "AlertState" NOT NULL,
    "pending_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "evidence_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "comment" TEXT,
    "value" DOUBLE PRECISION,
    "detail" TEXT NOT NULL DEFAULT '',
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret_wrapped" BYTEA NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "alert_id" TEXT,
    "event" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "state" "DeliveryState" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "object_kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "fleet_id" TEXT,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "site_fleet_id_name_key" ON "site"("fleet_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "profile_fleet_id_name_key" ON "profile"("fleet_id", "name");

-- CreateIndex
CREATE INDEX "device_fleet_id_id_idx" ON "device"("fleet_id", "id");

-- CreateIndex
CREATE INDEX "device_fleet_id_site_id_idx" ON "device"("fleet_id", "site_id");

-- CreateIndex
CREATE UNIQUE INDEX "device_fleet_id_name_key" ON "device"("fleet_id", "name");

-- CreateIndex
CREATE INDEX "tag_key_value_idx" ON "tag"("key", "value");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_oidc_subject_key" ON "user"("oidc_subject");

-- CreateIndex
CREATE INDEX "user_session_user_id_idx" ON "user_session"("user_id");

-- CreateIndex
CREATE INDEX "membership_fleet_id_idx" ON "membership"("fleet_id");

-- CreateIndex
CREATE INDEX "setup_link_user_id_idx" ON "setup_link"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "access_token_digest_key" ON "access_token"("digest");

-- CreateIndex
CREATE INDEX "access_token_fleet_id_subject_idx" ON "access_token"("fleet_id", "subject");

-- CreateIndex
CREATE INDEX "access_token_device_id_idx" ON "access_token"("device_id");

-- CreateIndex
CREATE INDEX "access_token_expires_at_idx" ON "access_token"("expires_at");

-- CreateIndex
CREATE INDEX "broker_login_token_id_idx" ON "broker_login"("token_id");

-- CreateIndex
CREATE INDEX "broker_login_expires_at_idx" ON "broker_login"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_digest_key" ON "api_key"("digest");

-- CreateIndex
CREATE INDEX "api_key_fleet_id_idx" ON "api_key"("fleet_id");

-- CreateIndex
CREATE INDEX "worker_run_alive_at_idx" ON "worker_run"("alive_at" DESC);

-- CreateIndex
CREATE INDEX "session_device_id_number_idx" ON "session"("device_id", "number" DESC);

-- CreateIndex
CREATE INDEX "session_token_id_idx" ON "session"("token_id");

-- CreateIndex
CREATE INDEX "session_broker_run_id_idx" ON "session"("broker_run_id");

-- CreateIndex
CREATE INDEX "session_event_device_id_idx" ON "session_event"("device_id");

-- CreateIndex
CREATE INDEX "presence_fleet_id_state_idx" ON "presence"("fleet_id", "state");

-- CreateIndex
CREATE INDEX "presence_change_fleet_id_id_idx" ON "presence_change"("fleet_id", "id" DESC);

-- CreateIndex
CREATE INDEX "presence_change_device_id_at_idx" ON "presence_change"("device_id", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "presence_change_device_id_version_key" ON "presence_change"("device_id", "version");

-- CreateIndex
CREATE INDEX "measurement_received_at_idx" ON "measurement" USING BRIN ("received_at");

-- CreateIndex
CREATE INDEX "rejected_message_fleet_id_last_at_idx" ON "rejected_message"("fleet_id", "last_at" DESC);

-- CreateIndex
CREATE INDEX "rejected_message_device_id_last_at_idx" ON "rejected_message"("device_id", "last_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "rejected_message_subject_topic_reason_hour_key" ON "rejected_message"("subject", "topic", "reason", "hour");

-- CreateIndex
CREATE UNIQUE INDEX "alert_rule_fleet_id_name_key" ON "alert_rule"("fleet_id", "name");

-- CreateIndex
CREATE INDEX "alert_fleet_id_state_pending_at_idx" ON "alert"("fleet_id", "state", "pending_at" DESC);

-- CreateIndex
CREATE INDEX "alert_rule_id_device_id_idx" ON "alert"("rule_id", "device_id");

-- CreateIndex
CREATE INDEX "alert_device_id_pending_at_idx" ON "alert"("device_id", "pending_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "channel_fleet_id_name_key" ON "channel"("fleet_id", "name");

-- CreateIndex
CREATE INDEX "delivery_fleet_id_created_at_idx" ON "delivery"("fleet_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_event_fleet_id_id_idx" ON "audit_event"("fleet_id", "id" DESC);

-- CreateIndex
CREATE INDEX "audit_event_object_id_idx" ON "audit_event"("object_id");

-- AddForeignKey
ALTER TABLE "site" ADD CONSTRAINT "site_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "profile" ADD CONSTRAINT "profile_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_profile_id_fkey" FOREIGN KEY ("profile_id") REFERENCES "profile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_session" ADD CONSTRAINT "user_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "setup_link" ADD CONSTRAINT "setup_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "broker_login" ADD CONSTRAINT "broker_login_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "access_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "presence" ADD CONSTRAINT "presence_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "latest_measurement" ADD CONSTRAINT "latest_measurement_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posture_report" ADD CONSTRAINT "posture_report_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_rule" ADD CONSTRAINT "alert_rule_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "alert_rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel" ADD CONSTRAINT "channel_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

