"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useQueryState } from "nuqs";
import { type ReactNode, useState } from "react";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { NoPermission } from "@/components/ui/no-permission";
import { Panel } from "@/components/ui/panel";
import { useNowAs } from "@/components/ui/time/now";
import { Time } from "@/components/ui/time/time";
import { deviceTokensQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { scopeLine } from "@/lib/domain/tokens/grant-words";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import classes from "./device-tokens.module.css";

const GrantDialog = dynamic(() => import("./grant-dialog").then((module) => module.GrantDialog), { ssr: false });

const SOON_MS = 14 * 86_400_000;

/** With what this device may come in, until when, and when it last did. */
export function DeviceTokens({ device, renewal }: { device: DeviceDetail; renewal: ReactNode }) {
  const { fleet, can } = useSession();
  const [granting, setGranting] = useState(false);
  // The dialog belongs to tokens: it opens by the page's address.
  const [, setRevoke] = useQueryState("revoke");
  const mayRead = can("tokens:read");
  const tokens = useQuery({ ...deviceTokensQuery(fleet.id, device.id), enabled: mayRead });
  const live = tokens.data?.items.filter(({ state }) => state === "live").length ?? 0;
  const active = device.lifecycle === "active" || device.lifecycle === "pending";
  return (
    <Panel
      title="Tokens"
      flush={!mayRead}
      end={
        <>
          {can("tokens:revoke") && live > 1 ? (
            <Button size="xs" data-tone="danger" onClick={() => void setRevoke("all")}>
              Revoke all…
            </Button>
          ) : null}
          {can("tokens:grant") && active ? (
            <>
              <Link href={`/tokens/grant?template=device&device=${device.id}`} prefetch={false}>
                Grant more than its default
              </Link>
              <Button size="xs" onClick={() => setGranting(true)}>
                Grant
              </Button>
            </>
          ) : null}
        </>
      }
    >
      {mayRead ? (
        <Loaded query={tokens} what="tokens" loading={<LoadingRows rows={2} />}>
          {({ items }) => (
            <>
              {renewal}
              <List items={items} onRevoke={can("tokens:revoke") ? ({ id }) => void setRevoke(id) : undefined} />
              <p className={classes.ended}>
                Who can <Link href={`/tokens/who?topic=${device.id}/up/telemetry`}>read its telemetry</Link>, or{" "}
                <Link href={`/tokens/who?topic=${device.id}/down/command/any&action=publish`}>command it</Link>?
              </p>
            </>
          )}
        </Loaded>
      ) : (
        <NoPermission what="tokens" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
      {granting ? <GrantDialog device={device} onClose={() => setGranting(false)} /> : null}
    </Panel>
  );
}

function List({ items, onRevoke }: { items: readonly TokenView[]; onRevoke: ((token: TokenView) => void) | undefined }) {
  const live = items.filter(({ state }) => state === "live");
  const ended = items.length - live.length;
  return (
    <>
      {live.length === 0 ? <p>No valid token: it cannot connect.</p> : null}
      <ul className={classes.list}>
        {live.map((token) => (
          <Item key={token.id} token={token} onRevoke={onRevoke} />
        ))}
      </ul>
      {ended > 0 ? <p className={classes.ended}>{ended} ended</p> : null}
    </>
  );
}

function Item({ token, onRevoke }: { token: TokenView; onRevoke: ((token: TokenView) => void) | undefined }) {
  const soon = useNowAs((now) => (now > 0 && !token.renews && Date.parse(token.expiresAt) - now < SOON_MS ? 1 : 0)) === 1;
  return (
    <li className={classes.token}>
      <Link className={classes.label} href={`/tokens/${token.id}`} prefetch={false}>
        {token.label || "no label"}
      </Link>
      <span className={classes.end} data-soon={soon ? "" : undefined}>
        ends <Time at={token.expiresAt} focusable />
      </span>
      <span className={classes.detail}>
        {scopeLine(token)}
        {token.renews ? ", renews itself" : ""}
      </span>
      <span className={`${classes.detail} ${classes.end}`}>
        {token.connected > 0 ? (
          "connected"
        ) : token.lastUsedAt ? (
          <>
            used <Time at={token.lastUsedAt} />
          </>
        ) : (
          "never used"
        )}
      </span>
      {onRevoke ? (
        <span className={classes.revoke}>
          <code className={classes.detail}>{token.id}</code>
          <Button size="xs" data-tone="danger" onClick={() => onRevoke(token)}>
            Revoke
          </Button>
        </span>
      ) : null}
    </li>
  );
}
