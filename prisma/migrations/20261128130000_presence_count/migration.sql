-- CreateTable
CREATE TABLE "presence_count" (
    "fleet_id" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "online" INTEGER NOT NULL DEFAULT 0,
    "silent" INTEGER NOT NULL DEFAULT 0,
    "sleeping" INTEGER NOT NULL DEFAULT 0,
    "flapping" INTEGER NOT NULL DEFAULT 0,
    "unknown" INTEGER NOT NULL DEFAULT 0,
    "offline" INTEGER NOT NULL DEFAULT 0,
    "never_seen" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "presence_count_pkey" PRIMARY KEY ("fleet_id","minute")
);
