-- CreateTable
CREATE TABLE "platform_report" (
    "node" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "report" JSONB NOT NULL,

    CONSTRAINT "platform_report_pkey" PRIMARY KEY ("node")
);
