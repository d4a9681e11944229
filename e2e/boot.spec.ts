import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { _electron } from '@playwright/test'
import { appRuntime, isPacked } from './support/app/runtime'
import { expect, test } from './support/app/test'
import { packedApp } from './support/packed-app'

const backends = path.join(__dirname, 'backends')

test('main traces http and fs', async ({ agent }) => {
  test.skip(isPacked(), 'nothing can be evaluated in the packed app')
  const userData = mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
  const { executable, switches } = appRuntime()
  const app = await _electron.launch({
    executablePath: executable,
    args: [...switches, path.join(__dirname, '..'), `--user-data-dir=${userData}`],
    env: {
      PATH: process.env.PATH ?? '',
      DD_TRACE_AGENT_URL: agent.url,
      STUDIO_BACKEND_ENTRY: path.join(backends, 'puppet.cjs'),
    },
  })
  try {
    await app.evaluate(async () => {
      const { require } = process.mainModule as NodeJS.Module
      const http = require('node:http') as typeof import('node:http')
      const fs = require('node:fs') as typeof import('node:fs')
      const server = http.createServer((_request, response) => {
        fs.readFile(process.execPath.replace(/[^/\\]+$/, 'LICENSE.electron.txt'), () => response.end('read'))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as import('node:net').AddressInfo
      await new Promise((resolve) => http.get({ port }, (answer) => answer.resume().on('end', resolve)))
      server.close()
    })
    await traced(agent, 'main')
  } finally {
    await app.close()
    rmSync(userData, { recursive: true, force: true })
  }
})

test('a page, should there ever be one, leads nowhere and is permitted nothing', async () => {
  test.skip(isPacked(), 'nothing can be evaluated in the packed app')
  const userData = mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
  const { executable, switches } = appRuntime()
  const app = await _electron.launch({
    executablePath: executable,
    args: [...switches, path.join(__dirname, '..'), `--user-data-dir=${userData}`],
    env: { PATH: process.env.PATH ?? '', STUDIO_BACKEND_ENTRY: path.join(backends, 'puppet.cjs') },
  })
  try {
    const seen = await app.evaluate(async ({ WebContentsView }) => {
      const page = new WebContentsView().webContents
      await page.loadURL('data:text/html,<h1>page</h1>')
      const [opened, granted] = await page.executeJavaScript(
        `(async () => {
          const opened = window.open('about:blank')
          const { state } = await navigator.permissions.query({ name: 'geolocation' })
          location.href = 'about:blank'
          return [opened, state]
        })()`,
        true,
      )
      const url = page.getURL()
      page.close()
      return { opened, granted, url }
    })
    expect(seen).toEqual({
      opened: null,
      granted: 'denied',
      url: expect.stringContaining('page'),
    })
  } finally {
    await app.close()
    rmSync(userData, { recursive: true, force: true })
  }
})

test('the backend traces http and fs', { tag: '@packed' }, async ({ launch, agent }) => {
  const studio = launch({
    backend: 'traced.cjs',
    env: { DD_TRACE_AGENT_URL: agent.url, STUDIO_BACKEND_ARGS: '["--port", "1"]' },
  })
  await studio.said(/argv: \["--port","1"\]; main: true/)
  await traced(agent, 'backend')
})

test('dd-trace is loaded before anything else, in both processes', { tag: '@packed' }, async ({ launch }) => {
  const app = isPacked() ? path.join(packedApp().resources, 'app.asar') : path.join(__dirname, '..')
  const studio = launch()
  await studio.puppet()
  const loadedBefore = (message: string) => {
    const files = studio.log().find((line) => line.message === message)?.loadedBefore
    const relative = (files as string[])
      // The log shortens the home folder.
      .map((file) => file.replace(/^~/, os.homedir()))
      .map((file) => path.relative(app, file))
    // Electron itself reads the app's manifest that way.
    return relative.filter((file) => path.basename(file) !== 'package.json').toSorted()
  }
  expect(loadedBefore('the app is traced')).toEqual(['dist/main/index.cjs', 'dist/main/register.cjs'])
  expect(loadedBefore('the backend is traced')).toEqual(['dist/preload/index.cjs'])
})

/** Expects an http call, its server's side and an fs call of this process, under the settings' defaults. */
async function traced(agent: import('../testing/agent/agent').Agent, process: string): Promise<void> {
  for (const name of ['http.request', 'web.request', 'fs.operation']) {
    const span = await agent.waitForSpan(
      (span) => span.name === name && span.meta['studio.process'] === process,
    )
    expect(span.meta).toMatchObject({ env: 'production', version: '0.1.0' })
    if (name === 'web.request') expect(span.service).toBe('hanzo-studio-inference')
  }
}
