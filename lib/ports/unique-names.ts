/** Unique names for the inputs or outputs of a network that share a friendly name. */

/** An input or output with its names. */
interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Identifies the tensor of a port. No two tensors share a name; a tensor without names gets a unique symbol. */
function tensorOf({ aliases }: Named): unknown {
  return aliases.length === 0 ? Symbol('nameless') : [...aliases].sort().join('\0');
}

/**
 * Gives each input, or each output, of a network a unique name, because callers find them by name. If several have the
 * same friendly name, each is named by one of its tensor names, or by `name:position`, and the common name becomes an
 * alias of all, so that it is refused as ambiguous. If they are the same tensor, the first keeps the name.
 *
 * @param ports - in the network's order; the names depend on nothing else
 */
export function withUniqueNames<T extends Named>(ports: readonly T[]): T[] {
  const groups = new Map<string, number[]>();
  ports.forEach(({ name }, i) => groups.set(name, [...(groups.get(name) ?? []), i]));
  const taken = new Set(groups.keys());
  const named = [...ports];
  for (const [name, group] of groups) {
    if (group.length === 1) continue;
    const isOneTensor = new Set(group.map((i) => tensorOf(ports[i] as T))).size === 1;
    for (const i of isOneTensor ? group.slice(1) : group) {
      const port = ports[i] as T;
      let own = [...port.aliases].sort().find((alias) => !taken.has(alias)) ?? `${name}:${i}`;
      while (taken.has(own)) own += ':';
      taken.add(own);
      const others = new Set([...port.aliases.filter((alias) => alias !== own), name]);
      const aliases = isOneTensor ? [] : [...others];
      named[i] = { ...port, name: own, aliases };
    }
  }
  return named;
}
