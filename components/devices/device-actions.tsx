"use client";

import { Button, Menu } from "@mantine/core";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useSession } from "@/lib/client/session";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";

const EditDialog = dynamic(() => import("./edit-dialog").then((module) => module.EditDialog), { ssr: false });
const LifecycleDialog = dynamic(() => import("./lifecycle-dialog").then((module) => module.LifecycleDialog), { ssr: false });

/** What may be done to a device. Empty for those who may only look. */
export function DeviceActions({ device }: { device: DeviceDetail }) {
  const { can } = useSession();
  const [open, setOpen] = useState<"edit" | "active" | "suspended" | "retired">();
  const close = () => setOpen(undefined);
  if (!can("devices:write")) return null;
  const out = device.lifecycle === "suspended" || device.lifecycle === "retired";
  return (
    <>
      <Button onClick={() => setOpen("edit")}>Edit</Button>
      <Menu>
        <Menu.Target>
          <Button>More</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {out ? (
            <Menu.Item onClick={() => setOpen("active")}>Make it active again…</Menu.Item>
          ) : (
            <Menu.Item onClick={() => setOpen("suspended")}>Suspend…</Menu.Item>
          )}
          {device.lifecycle === "retired" ? null : <Menu.Item onClick={() => setOpen("retired")}>Retire…</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {open === "edit" ? <EditDialog device={device} onClose={close} /> : null}
      {open !== undefined && open !== "edit" ? <LifecycleDialog device={device} to={open} onClose={close} /> : null}
    </>
  );
}
