import { defineConfig } from '@playwright/test'
import development from './playwright.config'

/** The same tests on the app that `npm run dist -- --dir` packed, where its closed doors allow it. */
export default defineConfig(development, {
  globalSetup: './e2e/support/app/packed-setup.ts',
  testIgnore: [],
  testMatch: [
    '**/packed/*.spec.ts',
    '**/{main-job,deaths,records,boot,ending,settings,commands,libraries,profiles,delivery,memory,doctor,metrics}.spec.ts',
  ],
})
