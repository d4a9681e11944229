import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  testIgnore: ['**/packed/**', '**/oldest/**'],
  globalSetup: './e2e/support/app/global-setup.ts',
  // Two cores: an app that dies of memory beside another one makes both slow, and tests of time unsure.
  workers: 1,
  timeout: 60_000,
  forbidOnly: true,
  // On machines that others use too a test may be too slow once; the report then says that it was.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
})
