"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { acceptDeviceKey } from "@/lib/client/commands/keys";
import { deviceQuery } from "@/lib/client/queries/devices";
import { deviceKeysQuery } from "@/lib/client/queries/keys";
import { sealedQuery } from "@/lib/client/queries/sealed";
import { useSession } from "@/lib/client/session";
import type { ContentKeyView, DeviceKeysView } from "@/lib/domain/encryption/key-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { KEY_STATE_MARKS } from "./key-words";
import classes from "./keys-page.module.css";

const RotateDialog = dynamic(() => import("./rotate-dialog").then((module) => module.RotateDialog), { ssr: false });

/** With which key this device encrypts, as seen on the wire. */
export function DeviceKeys({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const mayRead = can("keys:read");
  const keys = useQuery({ ...deviceKeysQuery(fleet.id, deviceId), enabled: mayRead });
  const device = useQuery(deviceQuery(fleet.id, deviceId));
  const custody = useQuery(sealedQuery(fleet.id));
  const [rotating, setRotating] = useState(false);
  const name = device.data?.name ?? deviceId;
  return (
    <Panel
      title="Encryption"
      flush={!mayRead}
      end={
        can("keys:rotate") && custody.data?.sealed === null && (keys.data?.keys.length ?? 0) > 0 ? (
          <Button size="xs" onClick={() => setRotating(true)}>
            Rotate key
          </Button>
        ) : null
      }
    >
      {mayRead ? (
        <Loaded query={keys} what="keys" loading={<LoadingRows rows={2} />}>
          {(data) => <Keys deviceId={deviceId} name={name} keys={data} />}
        </Loaded>
      ) : (
        <NoPermission what="keys" role={fleet.role} needs={rolesWith("keys:read")} />
      )}
      {rotating ? <RotateDialog device={{ id: deviceId, name }} onClose={() => setRotating(false)} /> : null}
    </Panel>
  );
}

function Keys({ deviceId, name, keys: { policy, keys, offered, thumbprint } }: { deviceId: string; name: string; keys: DeviceKeysView }) {
  const live = keys.filter(({ state }) => state !== "retired");
  const retired = keys.length - live.length;
  return (
    <div className={classes.stack}>
      {offered ? <Offered deviceId={deviceId} name={name} offered={offered} pinned={thumbprint} /> : null}
      {keys.length === 0 ? <p>{emptyWords(policy, thumbprint !== null)}</p> : null}
      <ul>
        {live.map((key) => (
          <Key key={key.version} contentKey={key} />
        ))}
      </ul>
      {retired > 0 ? <p className={classes.quiet}>{retired} retired</p> : null}
    </div>
  );
}

function Key({ contentKey: { version, state, messages, lastSeenAt, receivedAt, announcedAt } }: { contentKey: ContentKeyView }) {
  const mark = KEY_STATE_MARKS[state];
  return (
    <li className={classes.key}>
      <span className={classes.version}>v{version}</span>
      <StateMark state={mark.state} word={mark.word} />
      <span className={classes.end}>{messages.toLocaleString("en")} messages</span>
      <span className={`${classes.quiet} ${classes.wide}`}>
        {lastSeenAt ? (
          <>
            last seen on the wire <Time at={lastSeenAt} focusable />
          </>
        ) : receivedAt ? (
          "received, not seen on the wire yet"
        ) : announcedAt ? (
          "announced, no reply yet"
        ) : (
          "not announced yet: it gets it at its next connection"
        )}
      </span>
    </li>
  );
}

function emptyWords(policy: DeviceKeysView["policy"], hasShownKey: boolean): string {
  if (policy === "off") return "Its profile does not ask for encryption: payloads come in the open.";
  return hasShownKey ? "Its first key is on the way." : "It has not shown a public key yet: an agent that can encrypt does so when it connects.";
}

/** Compared by a person with what the device itself shows: that is the only proof there is. */
function Offered({ deviceId, name, offered, pinned }: { deviceId: string; name: string; offered: { thumbprint: string; at: string }; pinned: string | null }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const accept = useMutation({
    mutationFn: () => acceptDeviceKey(fleet.id, deviceId, offered.thumbprint),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "keys"] });
      setAsking(false);
    },
  });
  return (
    <Note tone="warn" mark="tamper">
      It shows another public key since <Time at={offered.at} focusable />, and gets no key for it. Right after a replaced disk or board that is expected;
      otherwise somebody else uses its token.
      {can("keys:rotate") ? (
        <div>
          <Button size="xs" mt="xs" onClick={() => setAsking(true)}>
            Compare and accept
          </Button>
        </div>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={`Accept the other public key of ${name}?`}
          confirmLabel="Accept it"
          danger
          busy={accept.isPending}
          error={accept.error}
          onConfirm={() => accept.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>Its keys so far are retired at once: what is still sealed with them is refused. Make sure on the device itself.</p>
          <p className={classes.quiet}>Pinned</p>
          <p className={classes.print}>{pinned}</p>
          <p className={classes.quiet}>Now shown</p>
          <p className={classes.print}>{offered.thumbprint}</p>
        </ConfirmDialog>
      ) : null}
    </Note>
  );
}
