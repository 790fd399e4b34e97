import type { ReadyScope } from "./scope-index";

const SLASH = 0x2f;
/** So many names at one place are tried in turn; of more the right one is looked up. */
const TRIED_IN_TURN = 8;

interface Edge {
  /** One or more whole levels, joined: `sp/v1/flt_1`. */
  label: string;
  node: Node;
}

/** A place in the tree of filters: the levels that lead to it are the same for everything below. */
interface Node {
  /** Scopes whose filter ends here, and those that go on with `#`. */
  ends: ReadyScope[];
  rest: ReadyScope[];
  plus: Node | undefined;
  names: Edge[];
  byName: Map<string, Edge> | undefined;
}

const newNode = (): Node => ({ ends: [], rest: [], plus: undefined, names: [], byName: undefined });

/** Scopes by their filters, for one walk along a topic that takes nothing apart: each place is visited at most once. */
export class ScopeTrie {
  readonly #root: Node;

  constructor(scopes: readonly ReadyScope[]) {
    const root = newNode();
    for (const scope of scopes) insert(root, scope);
    this.#root = joined(root);
  }

  /** Of the scopes that match and speak of this QoS and retain flag (bits): a deny before an allow, of equals the first. */
  deciding(topic: string, qos: number, retain: number): ReadyScope | undefined {
    return walk(this.#root, topic, 0, qos, retain, undefined);
  }
}

function insert(root: Node, scope: ReadyScope): void {
  let node = root;
  for (const level of scope.levels) {
    if (level === "#") {
      node.rest.push(scope);
      return;
    }
    node = below(node, level);
  }
  node.ends.push(scope);
}

function below(node: Node, level: string): Node {
  if (level === "+") {
    node.plus ??= newNode();
    return node.plus;
  }
  const known = node.names.find(({ label }) => label === level);
  if (known) return known.node;
  const made = newNode();
  node.names.push({ label: level, node: made });
  return made;
}

/** A chain of levels with nothing on the way becomes one edge: most topics of a grant begin with the same three. */
function joined(node: Node): Node {
  const names = node.names.map(({ label, node: next }): Edge => {
    const end = joined(next);
    const [only] = end.names;
    const passes = end.names.length === 1 && end.ends.length === 0 && end.rest.length === 0 && end.plus === undefined;
    return passes && only ? { label: `${label}/${only.label}`, node: only.node } : { label, node: end };
  });
  const many = names.length > TRIED_IN_TURN;
  return {
    ...node,
    plus: node.plus && joined(node.plus),
    names: many ? [] : names,
    byName: many ? new Map(names.map((edge) => [edge.label.split("/")[0] ?? "", edge])) : undefined,
  };
}

/** `at` is where the next level begins; past the end when there is none. Section 4.7.1.2: `#` takes the parent level too. */
function walk(node: Node, topic: string, at: number, qos: number, retain: number, before: ReadyScope | undefined): ReadyScope | undefined {
  let best = weigh(node.rest, qos, retain, before);
  if (at > topic.length) return weigh(node.ends, qos, retain, best);
  for (const edge of node.names)
    if (stands(edge.label, topic, at)) {
      best = walk(edge.node, topic, at + edge.label.length + 1, qos, retain, best);
      break;
    }
  if (node.byName === undefined && node.plus === undefined) return best;
  const slash = topic.indexOf("/", at);
  const end = slash < 0 ? topic.length : slash;
  const named = node.byName?.get(topic.slice(at, end));
  if (named && stands(named.label, topic, at)) best = walk(named.node, topic, at + named.label.length + 1, qos, retain, best);
  return node.plus ? walk(node.plus, topic, end + 1, qos, retain, best) : best;
}

/** Are these the next levels of the topic? Compared from the end: ids differ there. */
function stands(label: string, topic: string, at: number): boolean {
  const end = at + label.length;
  if (topic.length !== end && !(topic.length > end && topic.charCodeAt(end) === SLASH)) return false;
  for (let i = label.length - 1; i >= 0; i--) if (topic.charCodeAt(at + i) !== label.charCodeAt(i)) return false;
  return true;
}

function weigh(scopes: readonly ReadyScope[], qos: number, retain: number, before: ReadyScope | undefined): ReadyScope | undefined {
  let best = before;
  for (const scope of scopes) if (scope.qos & qos && scope.retain & retain && outweighs(scope, best)) best = scope;
  return best;
}

function outweighs(scope: ReadyScope, best: ReadyScope | undefined): boolean {
  if (best === undefined) return true;
  return scope.deny === best.deny ? scope.index < best.index : scope.deny;
}
