import { expect, it } from 'vitest'
import { recordMetrics } from './testing/recorded'
import { sendWaiting } from './waiting'

it('says how many records of each kind wait, and for how long the oldest', () => {
  const { metrics, taken } = recordMetrics()
  // The clock was set back after the profile.
  sendWaiting(metrics, { job: [], incident: [7_000, 4_000, 9_000], profile: [11_000] }, 10_000)
  expect(taken()).toEqual([
    'gauge studio.delivery.waiting 0 record:job',
    'gauge studio.delivery.oldest_age 0 record:job',
    'gauge studio.delivery.waiting 3 record:incident',
    'gauge studio.delivery.oldest_age 6 record:incident',
    'gauge studio.delivery.waiting 1 record:profile',
    'gauge studio.delivery.oldest_age 0 record:profile',
  ])
})
