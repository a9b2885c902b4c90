/** Gives public objects an inner part that only this package can reach. */

/** Returns the object that it is given, so that a subclass adds its private field to that object. */
class ReturnsOwner {
  constructor(owner: object) {
    return owner;
  }
}

/** Sets and reads the inner part of objects of one class. */
export interface HiddenPart<Owner extends object, Part> {
  /** Gives an object its part; once for each object, in its constructor. */
  set: (owner: Owner, part: Part) => void;
  /** The part of an object. */
  get: (owner: Owner) => Part;
  /** Whether a value has such a part, and was therefore made by the class. A proxy of an object has no part. */
  has: (value: unknown) => value is Owner;
}

/**
 * Makes the only accessor to the inner part of a class's objects. The part is a private field of the object, so it
 * cannot be forged, and the engine reads it as fast as any other field.
 */
export function hiddenPart<Owner extends object, Part>(): HiddenPart<Owner, Part> {
  class Carrier extends ReturnsOwner {
    readonly #part: Part;

    constructor(owner: Owner, part: Part) {
      super(owner);
      this.#part = part;
    }

    static get(this: void, owner: Owner): Part {
      return (owner as unknown as Carrier).#part;
    }

    static has(this: void, value: unknown): value is Owner {
      return typeof value === 'object' && value !== null && #part in value;
    }
  }
  const { get, has } = Carrier;
  return { set: (owner, part) => void new Carrier(owner, part), get, has };
}
