-- AlterTable
ALTER TABLE "refusal" ADD COLUMN     "detail" TEXT NOT NULL DEFAULT '';
