import { DevicesPage } from "@/components/devices/devices-page";
import { ChooseBar } from "@/components/jobs/choose-bar";
import { memberPage } from "../member-page";

export default memberPage("/devices", () => <DevicesPage bar={<ChooseBar />} />);
