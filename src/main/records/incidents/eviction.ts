/**
 * Which incidents make room for others, the first to go first: silences that the backend outlived, then what is left, the
 * oldest of each first. Never the newest.
 * @param ids oldest first
 */
export function evictionOrder(ids: readonly string[], isSilence: (id: string) => boolean): readonly string[] {
  const old = ids.slice(0, -1)
  return [...old.filter(isSilence), ...old.filter((id) => !isSilence(id))]
}
