/**
 * The order in which incidents make room for others: unresponsive times that the backend survived, then the
 * rest, the oldest of each first. Never the newest.
 * @param ids oldest first
 */
export function evictionOrder(
  ids: readonly string[],
  isUnresponsive: (id: string) => boolean,
): readonly string[] {
  const old = ids.slice(0, -1)
  return [...old.filter(isUnresponsive), ...old.filter((id) => !isUnresponsive(id))]
}
