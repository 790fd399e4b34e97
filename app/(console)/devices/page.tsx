import { DevicesPage } from "@/components/devices/devices-page";
import { memberPage } from "../member-page";

export default memberPage("/devices", () => <DevicesPage />);
