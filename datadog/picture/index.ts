import { createHash } from 'node:crypto'
import { parseDashboard } from './dashboard-json'
import { simulateFleet } from './fleet/simulate'
import { drawDashboard } from './page'

/** @param json the text of `dashboard.json` */
export function drawPicture(json: string): string {
  return drawDashboard(parseDashboard(JSON.parse(json)), simulateFleet(), stampOf(json))
}

/** The stamp that identifies the dashboard of a picture. */
export function stampOf(json: string): string {
  return createHash('sha256').update(json.replaceAll('\r\n', '\n')).digest('hex').slice(0, 16)
}
