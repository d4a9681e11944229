/** Longest name considered: longer ones are not typing mistakes. */
const MAX_NAME_LENGTH = 64

/**
 * The known name with the smallest typing distance to this one; on a tie, the one with the longest common
 * beginning. `null` for a name that is far too long.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > MAX_NAME_LENGTH) return null
  const wanted = name.toUpperCase()
  let nearest: string | null = null
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    // A common beginning only breaks ties: it weighs less than one edit.
    const score = typingDistance(wanted, candidate) - commonStart(wanted, candidate) / (MAX_NAME_LENGTH + 1)
    if (score < least) {
      least = score
      nearest = candidate
    }
  }
  return nearest
}

/** True if the one may be a misspelling of the other: a third of the characters may differ. */
export function isNear(name: string, candidate: string): boolean {
  return typingDistance(name.toUpperCase(), candidate) <= Math.ceil(candidate.length / 3)
}

/** Damerau-Levenshtein distance, as optimal string alignment: insert, delete, replace, swap neighbours. */
export function typingDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
        swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforePrevious = previous
    previous = current
  }
  return at(previous, to.length)
}

function at(cells: readonly number[], index: number): number {
  return cells[index] ?? Number.POSITIVE_INFINITY
}

function commonStart(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
