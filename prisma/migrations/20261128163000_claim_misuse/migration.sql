-- CreateTable
CREATE TABLE "claim_misuse" (
    "id" BIGSERIAL NOT NULL,
    "claim_id" TEXT NOT NULL,
    "fleet_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "claim_misuse_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "claim_misuse_claim_id_since_idx" ON "claim_misuse"("claim_id", "since" DESC);

-- CreateIndex
CREATE INDEX "claim_refused_last_at_idx" ON "claim_refused"("last_at");

-- CreateIndex
CREATE INDEX "enrolment_updated_at_idx" ON "enrolment"("updated_at");

-- AddForeignKey
ALTER TABLE "claim_misuse" ADD CONSTRAINT "claim_misuse_claim_id_fkey" FOREIGN KEY ("claim_id") REFERENCES "claim"("id") ON DELETE CASCADE ON UPDATE CASCADE;

