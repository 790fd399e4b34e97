interface Attachable {
  attach(filter: string): () => void;
}

/** Who follows which topic, kept apart from the link: parts of a page may ask before the link is there, and outlive one. */
export class Followers {
  private link: Attachable | undefined;
  private readonly following = new Map<symbol, { filter: string; detach: (() => void) | undefined }>();

  /** Follows `filter` until the returned function is called, over whatever link there is. */
  add(filter: string): () => void {
    const key = Symbol(filter);
    this.following.set(key, { filter, detach: this.link?.attach(filter) });
    return () => {
      this.following.get(key)?.detach?.();
      this.following.delete(key);
    };
  }

  /** Moves everybody to another link, or to none. */
  use(link: Attachable | undefined): void {
    this.link = link;
    for (const entry of this.following.values()) {
      entry.detach?.();
      entry.detach = link?.attach(entry.filter);
    }
  }
}
