import { ChannelsPage } from "@/components/channels/channels-page";
import { memberPage } from "../../member-page";

export default memberPage("/settings/channels", () => <ChannelsPage />);
