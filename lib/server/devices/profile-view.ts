import type { ProfileView } from "@/lib/domain/devices/site-view";
import type { ProfileModel } from "@/prisma/generated/models";

/** A profile as it is answered; `devices`: how many have it, retired ones aside. */
export function profileView(profile: ProfileModel, devices: number): ProfileView {
  const { id, name, reportingIntervalSeconds, sleepSeconds, encryption, allowedListeners, allowedDestinations } = profile;
  return { id, name, reportingIntervalSeconds, sleepSeconds, encryption, allowed: { listeners: allowedListeners, destinations: allowedDestinations }, devices };
}
