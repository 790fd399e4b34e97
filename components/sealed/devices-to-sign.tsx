"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { type DataColumn, DataTable } from "@/components/ui/data-table";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { fetchSealedDevices } from "@/lib/client/commands/sealed";
import { sealedDevicesQuery } from "@/lib/client/queries/sealed";
import { useSession } from "@/lib/client/session";
import type { SealedDeviceView } from "@/lib/domain/sealed/sealed-view";
import type { SealedSession } from "@/lib/domain/sealed/session";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import classes from "./sealed.module.css";
import { useAct } from "./use-act";
import { useFingerprint } from "./use-fingerprint";

const SHOWN = 50;

const COLUMNS: readonly DataColumn<SealedDeviceView>[] = [
  { key: "name", head: "Device", cell: ({ name }) => name },
  { key: "print", head: "Fingerprint, as its log shows it", phone: "full", cell: (device) => <Print device={device} /> },
];

/** Devices whose public key, or whose newest content key, is not signed yet. */
export function DevicesToSign({ session }: { session: SealedSession }) {
  const { fleet } = useSession();
  const devices = useQuery(sealedDevicesQuery(fleet.id));
  const [signing, setSigning] = useState(false);
  const changed = useChanged(session, devices.data);
  const waiting = (devices.data ?? []).filter(({ deviceId, version }) => version !== session.chain.version && !changed.has(deviceId));
  const act = useAct(() => setSigning(false));
  return (
    <Loaded query={devices} what="devices to sign">
      {(all) => (
        <>
          {all
            .filter(({ deviceId }) => changed.has(deviceId))
            .map((device) => (
              <Changed key={device.deviceId} device={device} />
            ))}
          {waiting.length === 0 ? null : (
            <Panel
              title="Wait for your signature"
              aside={`${waiting.length} ${waiting.length === 1 ? "device" : "devices"}`}
              flush
              end={
                <Button size="xs" variant="filled" onClick={() => setSigning(true)}>
                  Sign {waiting.length === 1 ? "it" : `all ${waiting.length}`}
                </Button>
              }
            >
              <DataTable caption="Devices to sign" columns={COLUMNS} rows={waiting.slice(0, SHOWN)} rowKey={({ deviceId }) => deviceId} />
            </Panel>
          )}
          {signing ? (
            <ConfirmDialog
              title={waiting.length === 1 ? "Sign the key of this device?" : `Sign the keys of ${waiting.length} devices?`}
              confirmLabel="Sign"
              busy={act.isPending}
              error={act.error}
              onConfirm={() => act.mutate((current, { signDevices }, at) => signDevices(current, waiting, at))}
              onClose={() => setSigning(false)}
            >
              <p>
                Each gets a content key that only it and the operators can open. Compare fingerprints where somebody could have exchanged a device's key on its
                way here.
              </p>
              <p className={classes.quiet}>
                A key that was exchanged gets its maker nothing that a device sends: the device takes only what was signed for its own key.
              </p>
            </ConfirmDialog>
          ) : null}
        </>
      )}
    </Loaded>
  );
}

/** Ids of devices that show another public key than the signed one. */
function useChanged(session: SealedSession, devices: readonly SealedDeviceView[] | undefined): ReadonlySet<string> {
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let current = true;
    const look = async ({ deviceId, publicKey }: SealedDeviceView) => {
      const signed = session.chain.devices.get(deviceId);
      return signed !== undefined && signed !== (await thumbprintOf(publicKey)) ? [deviceId] : [];
    };
    void Promise.all((devices ?? []).map(look)).then((ids) => current && setChanged(new Set(ids.flat())));
    return () => {
      current = false;
    };
  }, [session, devices]);
  return changed;
}

function Changed({ device }: { device: SealedDeviceView }) {
  const { fleet } = useSession();
  const [asking, setAsking] = useState(false);
  const act = useAct(() => setAsking(false));
  return (
    <Note
      tone="bad"
      mark="tamper"
      action={
        <Button size="xs" onClick={() => setAsking(true)}>
          Compare and exchange
        </Button>
      }
    >
      {device.name} is said to have another public key than the one that was signed: a replaced board, or a server that exchanges keys. It gets no key.
      {asking ? (
        <ConfirmDialog
          title={`Exchange the signed key of ${device.name}?`}
          confirmLabel="Exchange it"
          typeToConfirm={device.name}
          danger
          busy={act.isPending}
          error={act.error}
          onConfirm={() => act.mutate(async (session, { exchangeDeviceKey }, at) => exchangeDeviceKey(session, device, await fetchSealedDevices(fleet.id), at))}
          onClose={() => setAsking(false)}
        >
          <p>The fleet gets a new key in the same act. Make sure on the device itself that its log shows this fingerprint:</p>
          <Print device={device} />
        </ConfirmDialog>
      ) : null}
    </Note>
  );
}

function Print({ device }: { device: SealedDeviceView }) {
  return <span className={classes.print}>{useFingerprint(device.publicKey)}</span>;
}
