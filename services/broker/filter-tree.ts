interface Node<V> {
  children: Map<string, Node<V>> | undefined;
  values: Set<V> | undefined;
}

/** Topic filters with what hangs on them, by level. Adding, removing and matching never depend on how many filters there are. */
export class FilterTree<V> {
  readonly #root: Node<V> = { children: undefined, values: undefined };

  add(filter: string, value: V): void {
    let node = this.#root;
    for (const level of filter.split("/")) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (!child) {
        child = { children: undefined, values: undefined };
        node.children.set(level, child);
      }
      node = child;
    }
    node.values ??= new Set();
    node.values.add(value);
  }

  remove(filter: string, value: V): void {
    removeFrom(this.#root, filter.split("/"), 0, value);
  }

  /** Calls `visit` for each value whose filter matches the topic (section 4.7). Wildcards in front never match `$`-topics. */
  match(topic: string, visit: (value: V) => void): void {
    const reserved = topic.startsWith("$");
    walk(this.#root, topic.split("/"), 0, reserved, visit);
  }
}

function walk<V>(node: Node<V>, levels: readonly string[], at: number, reserved: boolean, visit: (value: V) => void): void {
  const { children } = node;
  const level = levels[at];
  const wild = !(reserved && at === 0);
  if (wild) children?.get("#")?.values?.forEach(visit); // also the parent level itself (4.7.1.2)
  if (level === undefined) {
    node.values?.forEach(visit);
    return;
  }
  if (!children) return;
  const same = level === "+" || level === "#" ? undefined : children.get(level);
  if (same) walk(same, levels, at + 1, reserved, visit);
  const any = wild ? children.get("+") : undefined;
  if (any) walk(any, levels, at + 1, reserved, visit);
}

/** Answers whether the node is empty now and may be cut off. */
function removeFrom<V>(node: Node<V>, levels: readonly string[], at: number, value: V): boolean {
  const level = levels[at];
  if (level === undefined) {
    node.values?.delete(value);
    if (node.values?.size === 0) node.values = undefined;
  } else {
    const child = node.children?.get(level);
    if (child && removeFrom(child, levels, at + 1, value)) node.children?.delete(level);
    if (node.children?.size === 0) node.children = undefined;
  }
  return node.values === undefined && node.children === undefined;
}
