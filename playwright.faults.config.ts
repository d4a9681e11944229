import { defineConfig } from '@playwright/test'
import development from './playwright.config'

/**
 * Every fault on purpose, on the real app. In CI what was too slow is tried again; what lost a record once has failed, as the
 * reporter sees to. What comes of it is written to docs/reliability.md where that is asked for.
 */
export default defineConfig(development, {
  testIgnore: [],
  // `scripts/faults.mjs` says which.
  grepInvert: [],
  testMatch: '**/faults/*.faults.ts',
  reporter: [['list'], ['./e2e/faults/support/reporter.ts']],
})
