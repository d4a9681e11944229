/** Length of an id's end that names it: the part of an incident's id that is not its time. */
const END_LENGTH = 4

/** The word for the newest of all. */
const NEWEST = 'last'

/** The one that fits, or all that do: none, or several. */
export type Found<T> = { readonly one: T } | { readonly candidates: readonly T[] }

/**
 * Finds what a person means by a word: its id, a beginning of it that no other has, its last four characters, or `last`.
 * @param newestLast with an `id`
 */
export function findById<T extends { readonly id: string }>(
  newestLast: readonly T[],
  word: string,
): Found<T> {
  const exact = newestLast.find(({ id }) => id === word)
  const newest = word === NEWEST ? newestLast.at(-1) : undefined
  const one = exact ?? newest
  if (one !== undefined) return { one }
  const beginning = newestLast.filter(({ id }) => id.startsWith(word))
  const ending = word.length === END_LENGTH ? newestLast.filter(({ id }) => id.endsWith(word)) : []
  const candidates = beginning.length > 0 ? beginning : ending
  const [only] = candidates
  return only !== undefined && candidates.length === 1 ? { one: only } : { candidates }
}
