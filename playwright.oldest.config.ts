import { defineConfig } from '@playwright/test'
import development from './playwright.config'

/** A selection on an Electron that is older than the oldest promised: starts, deaths, an app that embeds. */
export default defineConfig(development, {
  globalSetup: './e2e/support/app/oldest-setup.ts',
  testIgnore: [],
  testMatch: ['oldest/*.spec.ts', 'boot.spec.ts', 'deaths.spec.ts', 'embedding.spec.ts'],
  grep: [
    /older than promised/,
    /the backend traces http and fs/,
    /V8 heap exhaustion/,
    /deaths.spec.ts abort/,
    /an error that nobody caught/,
    /an error exit/,
    /a clean exit/,
    /embeds the monitor with two lines/,
    /a trace goes on with a message/,
    /an embedding app learns why/,
  ],
})
