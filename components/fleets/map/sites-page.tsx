"use client";

import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsFloat, parseAsString, useQueryStates } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { siteMapQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import type { MapSite, SiteMap as Sites } from "@/lib/domain/fleets/site-map-view";
import type { Place } from "./map-view";
import { SiteMap } from "./site-map";
import { byTrouble, countsText, troubleOf } from "./site-summary";
import { SiteTable } from "./site-table";
import classes from "./sites-page.module.css";

const SiteDialog = dynamic(() => import("./site-dialog").then((module) => module.SiteDialog), { ssr: false });
const PlacesDialog = dynamic(() => import("./places-dialog").then((module) => module.PlacesDialog), { ssr: false });

/** The map as the address says it: a link shows a colleague the same part of the world, and the same site. */
const parsers = {
  q: parseAsString.withDefault(""),
  site: parseAsString,
  lat: parseAsFloat,
  lon: parseAsFloat,
  zoom: parseAsFloat,
  edit: parseAsString,
  places: parseAsString,
};
/** A site that is chosen in the list is shown with its region. */
const CLOSE = 4;

/** Where are the sites, and where is something wrong? */
export function SitesPage() {
  const { fleet, can } = useSession();
  const map = useQuery(siteMapQuery(fleet.id));
  const [{ edit, places }, set] = useQueryStates(parsers);
  const answer = map.data ? answerOf(map.data) : "Sites";
  const edited = map.data?.sites.find(({ id }) => id === edit);
  const close = () => void set({ edit: null, places: null });
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Each site stands where it is, with the state of its devices that needs somebody most. The outline of the world comes with the console: nothing is asked elsewhere."
        actions={can("devices:write") ? <Button onClick={() => void set({ places: "1", edit: null })}>Places from a file</Button> : null}
      />
      <Loaded query={map} what="the sites" loading={<LoadingRows rows={6} height={80} />}>
        {(data) =>
          data.sites.length === 0 ? (
            <EmptyState framed title="No site yet" actions={<Link href="/devices?add=1">Add a device</Link>}>
              A site is made with the first device that stands there, or by a file of places.
            </EmptyState>
          ) : (
            <Whole data={data} />
          )
        }
      </Loaded>
      {can("devices:write") && edited ? <SiteDialog key={edited.id} site={edited} onClose={close} /> : null}
      {can("devices:write") && places !== null ? <PlacesDialog onClose={close} /> : null}
    </div>
  );
}

function answerOf({ sites }: Sites): string {
  const troubled = sites.filter((site) => troubleOf(site) > 0).length;
  const all = `${sites.length.toLocaleString("en")} ${sites.length === 1 ? "site" : "sites"}`;
  return troubled === 0 ? `${all}, all well` : `${all}, ${troubled.toLocaleString("en")} not all well`;
}

function Whole({ data }: { data: Sites }) {
  const [{ q, site, lat, lon, zoom }, set] = useQueryStates(parsers, { history: "replace" });
  const found = data.sites.filter(({ name }) => name.toLowerCase().includes(q.trim().toLowerCase())).toSorted(byTrouble);
  const placed = found.filter(isPlaced);
  const view = lat === null || lon === null || zoom === null ? null : { latitude: lat, longitude: lon, zoom };
  const chosen = data.sites.find(({ id }) => id === site);
  const choose = (one: MapSite) =>
    void set(isPlaced(one) ? { site: one.id, lat: one.latitude, lon: one.longitude, zoom: Math.max(zoom ?? 0, CLOSE) } : { site: one.id });
  return (
    <div className={classes.whole}>
      <Panel
        title="Map"
        aside={
          placed.length === found.length
            ? undefined
            : `${found.length - placed.length} without a place ${found.length - placed.length === 1 ? "is" : "are"} in the list only`
        }
        flush
        footer={
          chosen ? (
            <>
              <b>{chosen.name}</b>, {countsText(chosen)}. <Link href={`/devices?site=${chosen.id}`}>Its devices</Link>
            </>
          ) : (
            "Land and borders: Natural Earth. Choose a marker, or a site in the list."
          )
        }
      >
        <SiteMap
          sites={placed}
          view={view}
          chosen={site}
          onView={(next) => void set(next ? { lat: next.latitude, lon: next.longitude, zoom: next.zoom } : { lat: null, lon: null, zoom: null })}
          onChoose={(id) => void set({ site: id })}
        />
      </Panel>
      <Panel title="Sites" aside="trouble first" flush>
        <div className={classes.find}>
          <TextInput
            aria-label="Find a site"
            placeholder="Find a site"
            value={q}
            onChange={(event) => void set({ q: event.currentTarget.value || null, site: null, lat: null, lon: null, zoom: null })}
          />
        </div>
        {found.length === 0 ? (
          <EmptyState title={`No site is named like "${q}"`} />
        ) : (
          <SiteTable sites={found} chosen={site} onChoose={choose} onEdit={(id) => void set({ edit: id })} />
        )}
      </Panel>
    </div>
  );
}

const isPlaced = (site: MapSite): site is MapSite & Place => site.latitude !== null && site.longitude !== null;
