"use client";

import { SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { wallDevice, wallQuery } from "@/lib/client/queries/wall";
import { useSession } from "@/lib/client/session";
import type { WallSite, WallView } from "@/lib/domain/fleets/wall-view";
import { WallLegend } from "../site-wall";
import { OccupancyPanel } from "./occupancy-panel";
import { WallCanvas } from "./wall-canvas";
import classes from "./wall-page.module.css";
import { inTrouble, siteCounts } from "./wall-words";

const parsers = {
  sites: parseAsString.withDefault(""),
  order: parseAsStringLiteral(["name", "trouble"] as const).withDefault("name"),
  at: parseAsString,
};

/** Every device of the fleet at once, site by site. */
export function WallPage() {
  const { fleet } = useSession();
  const wall = useQuery(wallQuery(fleet.id));
  const answer = useMemo(() => (wall.data ? answerOf(wall.data) : "Wall of sites"), [wall.data]);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why="One cell per device, by site; a site of more than 400 has cells for several, which show the worst of them." />
      <Loaded query={wall} what="the sites" loading={<LoadingRows rows={6} height={80} />}>
        {(data) =>
          data.devices === 0 ? <EmptyState framed title="No device yet" actions={<Link href="/devices?add=1">Add a device</Link>} /> : <Sites wall={data} />
        }
      </Loaded>
      <OccupancyPanel />
    </div>
  );
}

function answerOf({ devices, sites }: WallView): string {
  const troubled = sites.filter((site) => inTrouble(site) > 0).length;
  const at = `${devices.toLocaleString("en")} devices at ${sites.length.toLocaleString("en")} ${sites.length === 1 ? "site" : "sites"}`;
  return troubled === 0 ? `${at}, all well` : `${at}, ${troubled.toLocaleString("en")} not all well`;
}

function Sites({ wall }: { wall: WallView }) {
  const { fleet } = useSession();
  const router = useRouter();
  const [{ sites: text, order, at }, set] = useQueryStates(parsers);
  const sites = useMemo(() => {
    const found = wall.sites.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
    return order === "name"
      ? found
      : found
          .map((site) => ({ site, trouble: inTrouble(site) }))
          .sort((a, b) => b.trouble - a.trouble)
          .map(({ site }) => site);
  }, [wall, text, order]);
  const found = at === null ? -1 : sites.findIndex(({ id }) => (id ?? "none") === at);
  const stood = sites[found];
  const open = async (site: WallSite, index: number | undefined) => {
    if (index === undefined) return router.push(listOf(site));
    const { id } = await wallDevice(fleet.id, site.id ?? undefined, index);
    router.push(`/devices/${id}`);
  };
  return (
    <Panel title="Sites" aside="click a cell for its device, a name for its site" footer={<WallLegend />}>
      <div className={classes.controls}>
        <TextInput
          aria-label="Find a site"
          placeholder="Find a site"
          value={text}
          onChange={(event) => void set({ sites: event.currentTarget.value || null, at: null })}
        />
        <SegmentedControl
          aria-label="Order"
          value={order}
          onChange={(value) => void set({ order: parsers.order.parse(value), at: null })}
          data={[
            { value: "name", label: "By name" },
            { value: "trouble", label: "Trouble first" },
          ]}
        />
      </div>
      {sites.length === 0 ? (
        <EmptyState title={`No site is named like "${text}"`} />
      ) : (
        <WallCanvas
          sites={sites}
          current={found < 0 ? undefined : found}
          onStand={(index) => void set({ at: sites[index]?.id ?? "none" })}
          onOpen={(site, index) => void open(site, index)}
        />
      )}
      <p className={classes.said}>
        {stood ? (
          <>
            <b>{stood.name}</b>, {siteCounts(stood)}. <Link href={listOf(stood)}>Its devices</Link>
          </>
        ) : (
          `${sites.length.toLocaleString("en")} ${sites.length === 1 ? "site" : "sites"}. Arrow keys walk along them, Enter opens one.`
        )}
      </p>
    </Panel>
  );
}

const listOf = ({ id }: WallSite) => `/devices?site=${id ?? "none"}`;
