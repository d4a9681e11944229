import { type Growth, growths, type Result, warmUp } from './result'
import type { Trend } from './trend'

const ENDED: Record<Result['ended'], (result: Result) => string> = {
  deaths: () => 'as many as were wanted',
  minutes: ({ minutes }) => `as many as fit into ${minutes.toFixed(0)} minutes`,
  interrupted: () => 'then it was interrupted',
  trouble: () => 'then it could not go on',
}

/** The result in a sentence or two. */
export function summary(result: Result): string {
  const { deaths, jobs, minutes, ended, complaints } = result
  const left = warmUp(result.samples.length)
  const books =
    complaints.length === 0
      ? `The newest records of ${jobs} lost jobs and ${deaths} incidents, as many as are kept, are there once, with the right cause, confidence and culprit; the Agent was told of all of them once; no process was left`
      : `${complaints.length} things are lost, there twice or wrong`
  return (
    `${deaths} out-of-memory deaths in ${minutes.toFixed(1)} minutes (${ENDED[ended](result)}). ${books}. ` +
    `Of main: slope of Theil and Sen, with Sen's interval of 95 %, the first ${left} of ${result.samples.length} samples left out as its warm-up.`
  )
}

/** The table's rows; the first is the head. */
export function rows(result: Result): string[][] {
  return [
    ['main', 'first', 'last', 'each death (95 %)', 'an hour (95 %)', 'leaks from', 'verdict'],
    ...growths(result).map((growth) => [
      growth.what,
      amount(growth.first, growth),
      amount(growth.last, growth),
      slope(growth.perDeath, growth),
      slope(growth.perHour, growth),
      `${amount(growth.limit, growth)} each death`,
      verdict(growth),
    ]),
  ]
}

function verdict({ perDeath, leaks }: Growth): string {
  if (perDeath === null) return 'too few to say'
  if (leaks) return 'LEAKS'
  return perDeath.low > 0 ? 'grows, below the limit' : 'flat'
}

function slope(trend: Trend | null, { digits }: Growth): string {
  if (trend === null) return '-'
  const [value, low, high] = [trend.slope, trend.low, trend.high].map((one) => signed(one, digits))
  return `${value} (${low} to ${high})`
}

function amount(value: number, { unit, digits }: Growth): string {
  // Too few samples have no median.
  if (Number.isNaN(value)) return '-'
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(digits)
  return unit === '' ? shown : `${shown} ${unit}`
}

function signed(value: number, digits: number): string {
  const shown = value.toFixed(digits)
  return value > 0 ? `+${shown}` : shown
}
