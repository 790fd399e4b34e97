import { existsSync } from "node:fs";
import path from "node:path";

/** Takes variables from `.env` in the product's folder; what the environment has already stays. For starts by hand only. */
export function loadEnvFile(): void {
  const file = path.resolve(import.meta.dirname, "../../.env");
  if (existsSync(file)) process.loadEnvFile(file);
}
