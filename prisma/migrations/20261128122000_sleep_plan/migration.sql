-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "sleep_seconds" INTEGER;
