/** A link of a chain. It knows its neighbours, so that taking it out touches nothing else. */
export class Link<T> {
  value: T | undefined;
  previous: Link<T> | undefined;
  next: Link<T> | undefined;

  constructor(value: T | undefined) {
    this.value = value;
  }
}

/**
 * What is under way, one link each. A `Set` would do, but V8 makes it a new table every so many changes, and each old
 * one points to the next. While something is always under way, one old table that outlived a few collections keeps all
 * later ones, and every finished call in them, until the next full collection: a third of a busy server's memory.
 */
export class Chain<T> implements Iterable<T> {
  readonly #head = new Link<T>(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: T): Link<T> {
    const link = new Link(value);
    const first = this.#head.next;
    link.previous = this.#head;
    link.next = first;
    if (first !== undefined) first.previous = link;
    this.#head.next = link;
    this.#size += 1;
    return link;
  }

  /** Takes a link out, once; afterwards it holds on to nothing. */
  remove(link: Link<T>): void {
    if (link.previous === undefined) return;
    link.previous.next = link.next;
    if (link.next !== undefined) link.next.previous = link.previous;
    link.previous = undefined;
    link.next = undefined;
    link.value = undefined;
    this.#size -= 1;
  }

  *[Symbol.iterator](): Iterator<T> {
    let link = this.#head.next;
    while (link !== undefined) {
      // Whoever looks at a value may remove it.
      const { next, value } = link;
      if (value !== undefined) yield value;
      link = next;
    }
  }
}
