/**
 * Which incidents make room for others, the first to go first: silences that the backend outlived, then what is left, the
 * oldest of each first. Never the newest.
 * @param ids oldest first
 */
export function evictionOrder(
  ids: readonly string[],
  isUnresponsive: (id: string) => boolean,
): readonly string[] {
  const old = ids.slice(0, -1)
  return [...old.filter(isUnresponsive), ...old.filter((id) => !isUnresponsive(id))]
}
