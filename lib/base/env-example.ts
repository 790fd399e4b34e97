import { envSchema } from "./env";

const HEADING = `# Settings of Sallyport, with their defaults. Copy to .env and change what you need; everything may stay as it is.
# Each can also be given as NAME_FILE, the path of a file that holds the value. An empty value counts as unset.
# Made from lib/base/env.ts: npx vitest run --project unit lib/base -u
`;

/** The text of `.env.example`. */
export function envExample(): string {
  const entries = Object.entries(envSchema.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined).data;
    return `\n# ${schema.description}\n# ${name}=${fallback === undefined ? "" : String(fallback)}\n`;
  });
  return HEADING + entries.join("");
}
