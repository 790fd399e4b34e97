"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useQueryState } from "nuqs";
import { profilesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";

const CatalogueDialog = dynamic(() => import("./catalogue-dialog").then((module) => module.CatalogueDialog), { ssr: false });

/** The catalogue of the profile that the address names; nothing when it names none. */
export function ProfileCatalogue() {
  const { fleet } = useSession();
  const [asked, ask] = useQueryState("commands");
  const profiles = useQuery({ ...profilesQuery(fleet.id), enabled: asked !== null });
  const profile = profiles.data?.items.find(({ id }) => id === asked);
  return profile ? <CatalogueDialog profile={profile} onClose={() => void ask(null)} /> : null;
}
