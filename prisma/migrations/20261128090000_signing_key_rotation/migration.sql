-- The private part of a retired key is destroyed.
ALTER TABLE "signing_key" ALTER COLUMN "private_wrapped" DROP NOT NULL;
