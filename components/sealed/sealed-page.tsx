"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StatStrip } from "@/components/ui/stat-strip";
import { SallyportError } from "@/lib/base/errors";
import { PageTitle } from "@/lib/client/page-title";
import { sealedQuery } from "@/lib/client/queries/sealed";
import { sealedStore, useSealedSession } from "@/lib/client/sealed/session-store";
import { useSealed } from "@/lib/client/sealed/use-sealed";
import { useSession } from "@/lib/client/session";
import type { SealedView } from "@/lib/domain/sealed/sealed-view";
import { DevicesToSign } from "./devices-to-sign";
import { OperatorsPanel } from "./operators-panel";
import { OwnKeyPanel } from "./own-key-panel";
import { RootPanel } from "./root-panel";
import classes from "./sealed.module.css";

const SetUpDialog = dynamic(() => import("./set-up-dialog").then((module) => module.SetUpDialog), { ssr: false });

/** Who holds the keys of this fleet? */
export function SealedPage() {
  const { fleet, user } = useSession();
  const view = useQuery(sealedQuery(fleet.id));
  const session = useSealedSession(fleet.id, user.id);
  const answer =
    view.data === undefined ? "Custody" : view.data.sealed === null ? "The server holds the keys" : session ? "Sealed, and unlocked here" : "Sealed";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why={
          view.data?.sealed
            ? "Only operators hold the fleet's keys. The server stores and carries ciphertext."
            : "A fleet can be sealed: then only its operators hold the keys, and the server stores and carries ciphertext."
        }
        actions={session ? <Button onClick={() => sealedStore.set(fleet.id, user.id, undefined)}>Lock</Button> : null}
      />
      <Loaded query={view} what="custody">
        {(data) => (data.sealed ? <Sealed view={data} /> : <NotSealed version={data.nextVersion} />)}
      </Loaded>
    </div>
  );
}

function Sealed({ view }: { view: SealedView }) {
  const { can } = useSession();
  const { session, error } = useSealed(view);
  const { current, unsigned, platform, total } = view.devices;
  return (
    <>
      {error ? (
        <Note tone="bad" mark="tamper" role="alert">
          {error.message} {error instanceof SallyportError ? error.hint : null}
        </Note>
      ) : null}
      <StatStrip
        label="Devices by their key"
        stats={[
          { key: "total", value: total, label: "active devices" },
          { key: "current", value: current, label: "on the newest fleet key" },
          { key: "unsigned", value: unsigned, label: "wait for a signature" },
          { key: "platform", value: platform, label: "still with a key of the server" },
        ]}
      />
      {can("telemetry:read") ? <OwnKeyPanel /> : null}
      {session?.root ? <DevicesToSign session={session} /> : null}
      <OperatorsPanel view={view} session={session} />
      <RootPanel view={view} session={session} />
    </>
  );
}

function NotSealed({ version }: { version: number }) {
  const { can } = useSession();
  const [setting, setSetting] = useState(false);
  return (
    <Panel
      title="What a sealed fleet costs"
      end={
        can("keys:rotate") ? (
          <Button size="xs" variant="filled" onClick={() => setSetting(true)}>
            Seal this fleet
          </Button>
        ) : null
      }
    >
      <div className={classes.stack}>
        <ul className={classes.costs}>
          <li>No alerts on values: the server cannot read them. Rules that exist are switched off. Alerts about devices that are offline go on.</li>
          <li>No search and no summaries by value; support cannot reveal. Charts are decrypted in the browser of an operator who is admitted.</li>
          <li>Every device is told the fleet root key (in its claim link, or by --fleet-root), and waits until an admin has signed its key.</li>
          <li>Passphrases cannot be reset. Lost, with the recovery key lost too, the data is lost.</li>
          <li>It cannot be undone. History from before stays as it is: readable by the server.</li>
        </ul>
        <p className={classes.quiet}>
          What remains: the server serves this page. Whoever controls it could change the script that asks for your passphrase. It protects against a stolen
          database, a curious administrator, and a server that exchanges keys.
        </p>
        {can("keys:rotate") ? null : <p className={classes.quiet}>An admin of this fleet can seal it.</p>}
      </div>
      {setting ? <SetUpDialog version={version} onClose={() => setSetting(false)} /> : null}
    </Panel>
  );
}
