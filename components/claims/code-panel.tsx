"use client";

import { useQuery } from "@tanstack/react-query";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { QrCode } from "@/components/ui/qr-code";
import { knownCodeQuery } from "@/lib/client/queries/claims";
import type { ClaimView } from "@/lib/domain/claims/claim-view";
import { readClaimCode, writeClaimLink } from "@/lib/protocol/claim-code";
import classes from "./claims.module.css";

/** The code and its QR code, while this tab knows them. */
export function CodePanel({ claim }: { claim: ClaimView }) {
  const { data: known } = useQuery(knownCodeQuery(claim.id));
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
  const link = writeClaimLink({ code: readClaimCode(code) ?? "", host, port, tlsPort });
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
        <CodeBlock label="On the device" code={`npm run agent -- claim '${link}'`} />
      </div>
    </Panel>
  );
}
