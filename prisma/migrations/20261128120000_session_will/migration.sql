-- AlterTable
ALTER TABLE "session" ADD COLUMN     "will_topic" TEXT;
