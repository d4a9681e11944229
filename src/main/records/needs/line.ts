import type { Point } from '../../memory/theil-sen'

/** Fewest points of a line whose error can be known: through two it is none, whatever they are. */
const MIN_POINTS = 3
/** How far beyond what was seen a line holds: so many times the largest, or a part of the smallest. */
const MAX_REACH = 4
/** Student's t of 90 % by degrees of freedom, from 1 on; any standard table has it. */
const STUDENT = [6.31, 2.92, 2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81]
const STUDENT_OF_MANY = 1.75

export interface Prediction {
  readonly value: number
  /** In 9 of 10 cases it is off by no more, if a line is what it is. */
  readonly error: number
}

/**
 * Reads a value off the line of least squares through the points.
 * @returns `null` where they are too few, all at one place or too far away
 */
export function predict(points: readonly Point[], x: number): Prediction | null {
  const count = points.length
  if (count < MIN_POINTS) return null
  const xs = points.map((point) => point.x)
  if (x > Math.max(...xs) * MAX_REACH || x < Math.min(...xs) / MAX_REACH) return null
  const middle = { x: sum(xs) / count, y: sum(points.map(({ y }) => y)) / count }
  const spread = sum(xs.map((each) => (each - middle.x) ** 2))
  if (!(spread > 0)) return null
  const slope = sum(points.map((each) => (each.x - middle.x) * (each.y - middle.y))) / spread
  const at = (place: number) => middle.y + slope * (place - middle.x)
  const rest = sum(points.map((each) => (each.y - at(each.x)) ** 2))
  const deviation = Math.sqrt((rest / (count - 2)) * (1 + 1 / count + (x - middle.x) ** 2 / spread))
  const value = at(x)
  const error = deviation * (STUDENT[count - 3] ?? STUDENT_OF_MANY)
  return Number.isFinite(value) && Number.isFinite(error) ? { value, error } : null
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
