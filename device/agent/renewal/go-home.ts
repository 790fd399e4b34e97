import { homeTopics } from "@/lib/protocol/home";
import { openClient, wire } from "../claim/claim-connection";
import { signHomePass } from "../claim/claim-identity";
import type { StoredClaim } from "../claim/claim-store";
import type { ConnectionFailure } from "../connection/failure";
import type { BrokerAddress } from "../connection/uplink";
import type { RenewalTalk } from "./renewal-talk";

interface HomeOptions extends BrokerAddress {
  identityKey: StoredClaim["identityKey"];
  applicant: string;
  hasToken: () => boolean;
  /** The conversation over this connection; `close` ends it. */
  talk: (say: (message: object) => void, close: () => void) => RenewalTalk;
  /** Once, when it is over. */
  onClosed: (failure: ConnectionFailure | undefined) => void;
}

/** One connection by the identity key alone, beside the device's own, until it is closed. It never reconnects. */
export function goHome({ identityKey, applicant, hasToken, talk: newTalk, onClosed, ...address }: HomeOptions): { end(): void } {
  let end = () => {};
  let isOver = false;
  const over = (failure: ConnectionFailure | undefined) => {
    if (isOver) return;
    isOver = true;
    end();
    onClosed(failure);
  };
  void signHomePass(identityKey).then((pass) => {
    if (isOver) return;
    const client = openClient(address, pass, applicant);
    const say = (message: object) => client.publish(homeTopics.up(applicant), JSON.stringify(message), { qos: 1 });
    const talk = newTalk(say, () => over(undefined));
    end = () => {
      talk.end();
      client.end(true);
    };
    wire(client, { topic: homeTopics.down(applicant), hasToken, on: (event, down) => talk.on(event, down), lost: over });
  });
  return { end: () => over(undefined) };
}
