import type { ReadyScope } from "./scope-index";
import { type Layout, layOut } from "./scope-trie-layout";

const SLASH = 0x2f;
const INDEX_BITS = 20;
/** A scope as one number: the smaller one decides. An allow is behind every deny, of equals the first of the grant counts. */
const packed = ({ index, deny, retain, qos }: ReadyScope): number => ((deny ? 0 : 1 << INDEX_BITS) + index) * 32 + retain * 8 + qos;
const indexOf = (scope: number): number => (scope >> 5) & ((1 << INDEX_BITS) - 1);
/** Behind every scope. */
const NOTHING = 0x7fff_ffff;

/** Scopes by their filters, for one walk along a topic that takes nothing apart: each place is visited at most once. */
export class ScopeTrie {
  readonly #layout: Layout;
  readonly #byIndex: readonly (ReadyScope | undefined)[];

  constructor(scopes: readonly ReadyScope[]) {
    this.#layout = layOut(scopes.map((scope) => ({ levels: scope.levels, scope: packed(scope) })));
    const last = scopes.at(-1)?.index ?? -1;
    this.#byIndex = Array.from({ length: last + 1 }, (_, index) => scopes.find((scope) => scope.index === index));
  }

  /** Of the scopes that match and speak of this QoS and retain flag (bits): a deny before an allow, of equals the first. */
  deciding(topic: string, qos: number, retain: number): ReadyScope | undefined {
    const best = walk(this.#layout, 0, topic, 0, qos, retain * 8, NOTHING);
    return best === NOTHING ? undefined : this.#byIndex[indexOf(best)];
  }
}

/** `at` is where the next level begins; past the end when there is none. Section 4.7.1.2: `#` takes the parent level too. */
function walk(layout: Layout, place: number, topic: string, at: number, qos: number, retain: number, before: number): number {
  const { places, labels } = layout;
  const plus = places[place] ?? 0;
  const rest = place + 4;
  const ends = rest + (places[place + 1] ?? 0);
  const names = ends + (places[place + 2] ?? 0);
  let best = weigh(places, rest, ends, qos, retain, before);
  if (at > topic.length) return weigh(places, ends, names, qos, retain, best);
  const named = names + 2 * (places[place + 3] ?? 0);
  for (let name = names; name < named; name += 2) {
    const label = labels[places[name] ?? 0] ?? "";
    if (!stands(label, topic, at)) continue;
    best = walk(layout, places[name + 1] ?? 0, topic, at + label.length + 1, qos, retain, best);
    break;
  }
  const many = layout.many.size > 0 ? layout.many.get(place) : undefined;
  if (plus === 0 && many === undefined) return best;
  const slash = topic.indexOf("/", at);
  const end = slash < 0 ? topic.length : slash;
  const one = many?.get(topic.slice(at, end));
  if (one && stands(one.label, topic, at)) best = walk(layout, one.place, topic, at + one.label.length + 1, qos, retain, best);
  return plus === 0 ? best : walk(layout, plus, topic, end + 1, qos, retain, best);
}

/** Are these the next levels of the topic? The last letter first: ids differ there. */
function stands(label: string, topic: string, at: number): boolean {
  const end = at + label.length;
  if (topic.length !== end && !(topic.length > end && topic.charCodeAt(end) === SLASH)) return false;
  return topic.charCodeAt(end - 1) === label.charCodeAt(label.length - 1) && topic.startsWith(label, at);
}

function weigh(places: Int32Array, from: number, to: number, qos: number, retain: number, before: number): number {
  let best = before;
  for (let i = from; i < to; i++) {
    const scope = places[i] ?? NOTHING;
    if (scope < best && scope & qos && scope & retain) best = scope;
  }
  return best;
}
