'use strict';
/** A random number generator that gives the same numbers for the same seed on every machine. */

/** Hashes whole numbers into one of 32 bits, so that similar numbers give unrelated results. */
function mix(...numbers) {
  let state = 0x9e3779b9;
  for (const number of numbers) {
    state = Math.imul(state ^ number, 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

class Random {
  #state;

  constructor(...seeds) {
    this.#state = mix(...seeds);
  }

  /** A number from 0 to below 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
  below(end) {
    return Math.floor(this.next() * end);
  }

  pick(items) {
    return items[this.below(items.length)];
  }

  chance(part) {
    return this.next() < part;
  }
}

module.exports = { Random };
