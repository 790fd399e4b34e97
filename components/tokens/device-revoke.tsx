"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useQueryState } from "nuqs";
import { deviceTokensQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";

const RevokeDialog = dynamic(() => import("./revoke-dialog").then((module) => module.RevokeDialog), { ssr: false });

/** On a device's page: the dialog for what its address names, one token (`?revoke=tok_…`) or all (`?revoke=all`). */
export function DeviceRevoke({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const [revoke, setRevoke] = useQueryState("revoke");
  const tokens = useQuery({ ...deviceTokensQuery(fleet.id, deviceId), enabled: revoke !== null && can("tokens:revoke") });
  const items = tokens.data?.items;
  if (revoke === null || !items) return null;
  const name = items[0]?.subjectName ?? deviceId;
  const token = items.find(({ id }) => id === revoke);
  const close = () => void setRevoke(null);
  if (revoke === "all") return <RevokeDialog selector={{ deviceId }} what={`all tokens of ${name}`} name={name} onClose={close} />;
  return token ? (
    <RevokeDialog selector={{ tokenId: token.id }} what={`${token.label ? `“${token.label}”` : "this token"} of ${name}`} onClose={close} />
  ) : null;
}
