import { type Database, openDatabase } from "@/lib/server/database/client";
import { locateDatabase } from "@/lib/server/database/locate";

/** The database of the product that runs on `dataDir`, for looking at past the product. The caller closes it. */
export async function openProductDatabase(dataDir: string): Promise<Database> {
  return openDatabase(await locateDatabase({ DATA_DIR: dataDir, DATABASE_URL: undefined }), { connections: 1 });
}
