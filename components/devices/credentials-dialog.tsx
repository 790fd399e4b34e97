"use client";

import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { KeyValue } from "@/components/ui/key-value";
import { QrCode } from "@/components/ui/qr-code";
import { SecretOnce } from "@/components/ui/secret-once";
import { Time } from "@/components/ui/time/time";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { configCode, configFile, configFileName, connectSnippets } from "@/lib/domain/devices/snippets";
import classes from "./credentials-dialog.module.css";

/** A device's token, once, with what connects it right now: QR code, commands, a file. */
export function CredentialsDialog({ title, credentials, onClose }: { title: string; credentials: DeviceCredentials; onClose: () => void }) {
  const snippets = connectSnippets(credentials);
  const [kind, setKind] = useState<string>("mosquitto");
  const snippet = snippets.find((one) => one.kind === kind);
  const { username, host, port, tlsPort, telemetryTopic, expiresAt } = credentials;
  return (
    <SecretOnce
      title={title}
      what="It can publish as this device and read what is sent to it, and nothing else."
      secret={credentials.token}
      file={{ name: configFileName(credentials), content: configFile(credentials) }}
      onClose={onClose}
    >
      <div className={classes.connect}>
        <KeyValue
          rows={[
            ["User name", <code key="u">{username}</code>],
            ["Password", "the token above"],
            ["Broker", <code key="b">{`${host}:${port}`}</code>],
            ["with TLS", <code key="t">{`${host}:${tlsPort}`}</code>],
            ["Topic", <code key="c">{telemetryTopic}</code>],
            ["Ends", <Time key="e" at={expiresAt} focusable />],
          ]}
        />
        <QrCode text={configCode(credentials)} label="QR code with address, user name and token" />
      </div>
      <div className={classes.snippets}>
        <SegmentedControl
          aria-label="Connect with"
          value={kind}
          onChange={setKind}
          data={snippets.map((one) => ({ value: one.kind, label: one.title }))}
          fullWidth
        />
        {snippet?.install ? (
          <p className={classes.install}>
            Needs <code>{snippet.install}</code>
          </p>
        ) : null}
        {snippet ? <CodeBlock label={`Connect with ${snippet.title}`} code={snippet.code} /> : null}
      </div>
    </SecretOnce>
  );
}
