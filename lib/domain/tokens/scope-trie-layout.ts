/** So many names at one place are tried in turn; of more the right one is looked up. */
const TRIED_IN_TURN = 8;

/** A filter by its levels, and the number that stands for its scope. */
interface Leaf {
  levels: readonly string[];
  scope: number;
}

/**
 * The tree of a grant's filters in one array of numbers. A broker asks the trees of thousands of sessions in turn, and what a
 * decision costs is what it has to fetch from memory. At a place: that of `+` (0: none), how many scopes end with `#`, how many
 * end here, how many names lead on; then those scopes, these scopes, and for each name its label and its place.
 */
export interface Layout {
  places: Int32Array;
  /** One or more whole levels, joined: `sp/v1/flt_1`. */
  labels: readonly string[];
  /** For places with too many names to try: by the first level of the label. */
  many: ReadonlyMap<number, ReadonlyMap<string, { label: string; place: number }>>;
}

interface Place {
  ends: number[];
  rest: number[];
  plus: Place | undefined;
  names: Map<string, Place>;
}

const newPlace = (): Place => ({ ends: [], rest: [], plus: undefined, names: new Map() });

/** The place at 0 is the root. */
export function layOut(leaves: readonly Leaf[]): Layout {
  const root = newPlace();
  for (const leaf of leaves) insert(root, leaf);
  const places: number[] = [];
  const labels: string[] = [];
  const many = new Map<number, Map<string, { label: string; place: number }>>();
  const write = (place: Place): number => {
    const names = [...place.names].map(([name, next]) => joined(name, next));
    const inTurn = names.length > TRIED_IN_TURN ? [] : names;
    const at = places.length;
    places.push(0, place.rest.length, place.ends.length, inTurn.length, ...place.rest, ...place.ends);
    const pairs = places.length;
    for (const { label } of inTurn) places.push(labels.push(label) - 1, 0);
    for (const [n, { next }] of inTurn.entries()) places[pairs + 2 * n + 1] = write(next);
    if (inTurn !== names) many.set(at, new Map(names.map(({ first, label, next }) => [first, { label, place: write(next) }])));
    if (place.plus) places[at] = write(place.plus);
    return at;
  };
  write(root);
  return { places: Int32Array.from(places), labels, many };
}

function insert(root: Place, { levels, scope }: Leaf): void {
  let place = root;
  for (const level of levels) {
    if (level === "#") {
      place.rest.push(scope);
      return;
    }
    place = below(place, level);
  }
  place.ends.push(scope);
}

function below(place: Place, level: string): Place {
  if (level === "+") {
    place.plus ??= newPlace();
    return place.plus;
  }
  const next = place.names.get(level) ?? newPlace();
  place.names.set(level, next);
  return next;
}

/** A chain of levels with nothing on the way becomes one label: most topics of a grant begin with the same three. */
function joined(first: string, below: Place): { first: string; label: string; next: Place } {
  let [label, next] = [first, below];
  for (;;) {
    const [only] = next.names;
    if (!only || next.names.size > 1 || next.ends.length > 0 || next.rest.length > 0 || next.plus) return { first, label, next };
    label = `${label}/${only[0]}`;
    next = only[1];
  }
}
