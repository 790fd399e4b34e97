"use client";

import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { useSession } from "@/lib/client/session";
import { curlOf } from "@/lib/domain/tokens/grant-draft";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import classes from "./grant-page.module.css";

/** The same grant for programs: the request's body, and a command that sends it. */
export function GrantJsonDialog({ request, onClose }: { request: GrantRequestInput; onClose: () => void }) {
  const { fleet } = useSession();
  return (
    <Dialog onClose={onClose} title="The same grant through the API" size={720}>
      <div className={classes.json}>
        <p>
          For an API key of an admin. Send the body to <code>POST /api/v1/grants</code>, or keep it in a file for{" "}
          <code>npm run sallyport -- tokens grant --file grant.json</code>.
        </p>
        <CodeBlock label="Request body" code={JSON.stringify(request, undefined, 2)} />
        <CodeBlock label="As a curl command" code={curlOf(window.location.origin, fleet.id, request)} />
      </div>
    </Dialog>
  );
}
