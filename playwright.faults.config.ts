import { defineConfig } from '@playwright/test'
import development from './playwright.config'

/** Every fault on purpose, on the real app. What comes of it is written to docs/reliability.md where that is asked for. */
export default defineConfig(development, {
  testIgnore: [],
  // What loses a record every second time loses records.
  retries: 0,
  testMatch: '**/faults/*.faults.ts',
  reporter: [['list'], ['./e2e/faults/support/reporter.ts']],
})
