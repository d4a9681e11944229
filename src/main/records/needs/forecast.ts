import { size } from '../../../common/output/units'
import type { Estimate, JobForecast } from './job-forecast'

/** The end of the memory, in a sentence. */
export const BOUNDS = {
  limit: 'below STUDIO_MEMORY_LIMIT',
  machine: 'on this machine',
  cgroup: "below the cgroup's limit",
} as const

/** One line about a job that is expected not to fit. */
export function describeForecast(forecast: JobForecast): string {
  const { id, when, freeBytes, boundBy, leftBytes } = forecast
  const left = leftBytes >= MIN_LEFT ? `; earlier jobs have left ${size(leftBytes)} behind` : ''
  const are = when === 'started' ? 'are free' : 'would be free with nothing else running'
  return `the job ${id} is expected not to fit: it needs ${describeNeed(forecast)}; ${size(Math.max(0, freeBytes))} ${are} ${BOUNDS[boundBy]}${left}; it runs all the same`
}

/** Less is not worth a word, in bytes. */
const MIN_LEFT = 64 * 2 ** 20

/** The need that is expected of a job, in words. */
export function describeNeed({ expectedBytes, lowBytes, highBytes, runs, basis }: Estimate): string {
  const about = `about ${size(expectedBytes)}`
  switch (basis) {
    case 'bounds':
      return `more than ${size(expectedBytes)}, where ${runs === 1 ? 'its only run was' : `all of its ${runs} runs were`} not completed`
    case 'sizes':
      return `${about} by ${runs} runs of other sizes, between ${size(lowBytes)} and ${size(highBytes ?? expectedBytes)}`
    default:
      return runs === 1
        ? `${about}, by one run of it`
        : `${about}, ${runs} runs between ${size(lowBytes)} and ${size(highBytes ?? expectedBytes)}`
  }
}
