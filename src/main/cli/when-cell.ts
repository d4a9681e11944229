import { dateAndTime, relativeTime } from '../../common/output/units'
import { terminalText } from './terminal-text'
import type { Cell } from './text-table'

/** The terminal width from which there is room for both: below it ids, which are never cut, need it more. */
const WIDE = 100

/** The cell of a time in a table: how long ago and, where there is room, when that was here, with the distance from UTC. */
export function whenCell(time: string, { now, columns }: { now: number; columns: number }): Cell {
  const text = terminalText(time)
  const local = dateAndTime(text)
  if (local === text) return [relativeTime(text, now)]
  return [relativeTime(text, now), ...(columns < WIDE ? [] : [{ whole: local }])]
}
