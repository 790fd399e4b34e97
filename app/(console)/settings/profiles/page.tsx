import { ProfileCatalogue } from "@/components/commands/profile-catalogue";
import { DefaultsDialog } from "@/components/device-state/defaults-dialog";
import { ProfilesPage } from "@/components/profiles/profiles-page";
import { memberPage } from "../../member-page";

export default memberPage("/settings/profiles", () => <ProfilesPage defaults={<DefaultsDialog />} commands={<ProfileCatalogue />} />);
