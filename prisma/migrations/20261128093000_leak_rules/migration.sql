-- AlterEnum
ALTER TYPE "RuleKind" ADD VALUE 'leak';
