import type { Source } from './sources'

export interface Found {
  readonly source: Source
  /** The name it stands under there: the setting's own or an alias. */
  readonly name: string
  readonly raw: unknown
}

/** What the strongest source says; in one source a setting's own name is stronger than its aliases. */
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
