"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { QrCode } from "@/components/ui/qr-code";
import { agentDigestQuery } from "@/lib/client/queries/agent-file";
import { knownCodeQuery } from "@/lib/client/queries/claims";
import { sealedQuery } from "@/lib/client/queries/sealed";
import { useSealedSession } from "@/lib/client/sealed/session-store";
import { useSession } from "@/lib/client/session";
import type { ClaimView } from "@/lib/domain/claims/claim-view";
import { readClaimCode, writeClaimLink } from "@/lib/protocol/claim-code";
import classes from "./claims.module.css";
import { LabelDownload } from "./label-download";

/** The code and its QR code, while this tab knows them. */
export function CodePanel({ claim }: { claim: ClaimView }) {
  const { fleet, user } = useSession();
  const { data: known } = useQuery(knownCodeQuery(claim.id));
  const custody = useQuery(sealedQuery(fleet.id));
  const session = useSealedSession(fleet.id, user.id);
  if (claim.state !== "open") return null;
  if (!known)
    return (
      <Panel title="Its code">
        <p className={classes.quiet}>
          Codes are shown once, to whoever made them: the platform keeps a digest only. This one ends with <code>{claim.hint}</code>. Scan its label to have it
          here, or make another.
        </p>
      </Panel>
    );
  const { code, host, port, tlsPort } = known;
  if (custody.data === undefined) return null;
  // Only what this browser has verified: the server's word would let it name a root key of its own.
  if (custody.data.sealed && !session)
    return (
      <Panel title="Its code">
        <p className={classes.quiet}>
          This fleet is sealed: the code has to carry the fleet root key. <Link href="/keys/sealed">Unlock</Link> in this tab, then come back; the code is here
          until the tab is closed or loaded anew.
        </p>
      </Panel>
    );
  const link = writeClaimLink({ code: readClaimCode(code) ?? "", host, port, tlsPort, root: session?.chain.root });
  return (
    <Panel title="Its code" aside="shown once">
      <div className={classes.code}>
        <QrCode text={link} label="QR code with the claim code and the address of the broker" />
        <div className={classes.words}>
          <div className={classes.big}>
            <code>{code}</code>
          </div>
          <div>
            <CopyButton value={code} name="claim code" />
          </div>
          <p className={classes.quiet}>
            Scan it, or type it on the device with the broker's address <code>{host}</code>. Until it is used, whoever has it may come in by it.
          </p>
        </div>
      </div>
      <div className={classes.command}>
        <DeviceCommands link={link} />
      </div>
      <div className={classes.command}>
        <LabelDownload labels={[{ code, link }]} copies={claim.useLimit} fleet={fleet.name} name={claim.name} expiresAt={claim.expiresAt} />
      </div>
    </Panel>
  );
}

/** With the agent as one file where this installation hands it out, and from the sources. */
function DeviceCommands({ link }: { link: string }) {
  const { data: digest } = useQuery(agentDigestQuery());
  const fetched = `curl -fsSLo sallyport-agent.mjs ${window.location.origin}/api/agent
echo '${digest}  sallyport-agent.mjs' | sha256sum -c && sudo node sallyport-agent.mjs install '${link}'`;
  return (
    <div className={classes.words}>
      {digest ? (
        <>
          <p className={classes.quiet}>On a Linux device with Node 20 and systemd, as a service. The second line checks what the first one fetched.</p>
          <CodeBlock label="As a service, where Node 20 and systemd are" code={fetched} />
          <p className={classes.quiet}>Or from the sources of this project:</p>
        </>
      ) : null}
      <CodeBlock label="On the device" code={`npm run agent -- claim '${link}'`} />
    </div>
  );
}
