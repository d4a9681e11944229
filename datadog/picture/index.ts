import { createHash } from 'node:crypto'
import { parseDashboard } from './dashboard-json'
import { simulateFleet } from './fleet/simulate'
import { drawDashboard } from './page'

/** The groups in the picture at the top of the README. */
const CROPPED = ['Fleet', 'Deaths', 'Memory against its limits']

/**
 * @param json the text of `dashboard.json`
 * @returns the whole dashboard, and the part of it that the README shows
 */
export function drawPictures(json: string): { readonly whole: string; readonly cropped: string } {
  const dashboard = parseDashboard(JSON.parse(json))
  const points = simulateFleet()
  const widgets = dashboard.widgets.filter(({ definition }) => CROPPED.includes(definition.title))
  return {
    whole: drawDashboard(dashboard, points, stampOf(json)),
    cropped: drawDashboard({ ...dashboard, widgets }, points, stampOf(json)),
  }
}

/** The stamp that identifies the dashboard of a picture. */
export function stampOf(json: string): string {
  return createHash('sha256').update(json.replaceAll('\r\n', '\n')).digest('hex').slice(0, 16)
}
