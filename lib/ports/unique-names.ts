/** What a name may mean: an input or output, with its other names. */
interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Identifies a tensor by its names, which no other tensor has; one without names is only itself. */
function tensorOf({ aliases }: Named): unknown {
  return aliases.length === 0 ? Symbol('nameless') : [...aliases].sort().join('\0');
}

/**
 * Gives each of the inputs, or of the outputs, of a network a name that no other has, because callers find them
 * by name. Where several have one friendly name, each goes by a tensor name of its own, or by `name:position`;
 * the common name stays as an alias of all, so that it is refused as ambiguous. Where they are the same
 * tensor, the first keeps the name.
 *
 * @param ports - in the network's order; the result depends on nothing else
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
