import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { readAgentFile } from "@/lib/server/agent/agent-file";
import { problemResponse } from "./problem";
import { webRuntime } from "./runtime";

/** The agent as one file, or its digest as `sha256sum -c` reads it. For anybody: a device that fetches it is nobody yet, and it holds no secret. */
export function agentResponse(what: "file" | "sha256"): () => Promise<Response> {
  return async () => {
    const { env, log } = webRuntime();
    try {
      const agent = await readAgentFile(env.DATA_DIR);
      if (!agent)
        throw new SallyportError("not_found", "This installation has not made the agent's file.", {
          hint: "It is made at each start; see its log for why not.",
        });
      const headers = { "cache-control": "no-cache", etag: `"${agent.sha256}"`, "x-content-type-options": "nosniff" };
      return what === "sha256"
        ? new Response(`${agent.sha256}  sallyport-agent.mjs\n`, { headers: { ...headers, "content-type": "text/plain; charset=utf-8" } })
        : new Response(agent.text, {
            headers: {
              ...headers,
              "content-type": "text/javascript; charset=utf-8",
              "content-disposition": 'attachment; filename="sallyport-agent.mjs"',
            },
          });
    } catch (error) {
      return problemResponse(error, { requestId: newId("request"), log });
    }
  };
}
