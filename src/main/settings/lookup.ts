import type { Source } from './sources'

export interface Found {
  readonly source: Source
  /** The name in that source: the setting's own or an alias. */
  readonly name: string
  readonly raw: unknown
}

/**
 * The value from the highest-precedence source; within a source, a setting's own name precedes its aliases.
 */
export function find(
  sources: readonly Source[],
  name: string,
  aliases: readonly string[] = [],
): Found | null {
  for (const source of sources) {
    const present = [name, ...aliases].find((known) => source.values.has(known))
    if (present !== undefined) return { source, name: present, raw: source.values.get(present) }
  }
  return null
}
