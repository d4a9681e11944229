import { FLEET } from './machines'
import { DAY_S, Points } from './points'
import { Studio, TICK_S } from './studio'

/** Simulates a day of the fleet, the same every time. */
export function simulateFleet(): Points {
  const points = new Points()
  const studios = FLEET.map((machine, index) => new Studio(machine, points, 7_919 * (index + 1)))
  for (let now = 0; now < DAY_S; now += TICK_S) for (const studio of studios) studio.tick(now)
  return points
}
