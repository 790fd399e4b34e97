import type { z } from "zod";

/** The body as what the schema says; undefined when it is anything else. */
export function parseJson<S extends z.ZodType>(schema: S, body: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
