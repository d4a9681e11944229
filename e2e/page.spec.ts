import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from '@playwright/test'
import { expect, test } from './support/app/test'

/** Debian's Chromium, and names that others give it. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)
/** Bytes of a real death's page. */
const MOST_BYTES = 1.5e6

let browser: Browser | null = null

test.beforeAll(async () => {
  if (CHROMIUM) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
})
test.afterAll(() => browser?.close())

test(
  'the page of a real death draws, zooms, searches, hears the keyboard, and is dark and printed',
  {
    tag: '@packed',
  },
  async ({ launch }, info) => {
    const app = launch({ env: { STUDIO_HEAP_LIMIT: '128MiB' } })
    const puppet = await app.puppet()
    await puppet.start('a', {
      name: 'portrait</script><img src=x onerror=document.title="owned">',
      progress: '0.4',
    })
    await puppet.die('heap-out-of-memory')
    const incident = await app.incident()
    await app.failedJobsOf(1)
    expect(await app.quit()).toEqual({ code: 0, signal: null })

    const file = path.join(app.dataFolder, '../page.html')
    const command = launch({
      dataFolder: app.dataFolder,
      args: ['incidents', incident.id.slice(-4), '--html', file],
    })
    expect(await command.exited).toEqual({ code: 0, signal: null })
    expect(command.stdout).toContain(file)
    expect(statSync(file).size).toBeLessThan(MOST_BYTES)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/)

    const archive = path.join(app.dataFolder, '../incident.zip')
    const exporting = launch({ dataFolder: app.dataFolder, args: ['incidents', 'last', '--export', archive] })
    expect(await exporting.exited).toEqual({ code: 0, signal: null })
    const named = execFileSync('python3', ['-m', 'zipfile', '-l', archive], { encoding: 'utf8' })
    for (const name of ['incident.html', 'incident.json', 'jobs.json', 'doctor.json', 'logs/backend.jsonl'])
      expect(named).toContain(name)
    expect(named).toMatch(/profiles\/\S+\.pprof/)

    test.skip(
      browser === null,
      'did not run in a browser: no Chromium is installed (apt-get install chromium)',
    )
    const page = (await browser?.newPage({ viewport: { width: 1200, height: 900 } })) as Page
    const errors: string[] = []
    const requests: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(pathToFileURL(file).href)

    await expect(page.locator('h1')).toContainText('The Studio backend ran out of JavaScript heap')
    await expect(page.locator('svg polyline')).not.toHaveCount(0)
    const graph = page.locator('.graph').first()
    const frames = graph.locator('.frame')
    await expect(frames.first()).toHaveText('all')
    const whole = await frames.count()
    expect(whole).toBeGreaterThan(5)
    await page.screenshot({ path: info.outputPath('light.png'), fullPage: true })

    const details = page.locator('.details').first()
    const eater = graph.locator('.frame.code').last()
    const name = (await eater.textContent()) ?? ''
    await eater.hover()
    await expect(details).toContainText(name)
    await expect(details).toContainText('%')
    await eater.click()
    const [frameBox, graphBox] = [await eater.boundingBox(), await graph.boundingBox()]
    expect(Math.abs((frameBox?.width ?? 0) - (graphBox?.width ?? 1))).toBeLessThan(2)
    await graph.press('Escape')
    await expect(frames).toHaveCount(whole)

    const search = page.getByRole('searchbox').first()
    await graph.press('/')
    await expect(search).toBeFocused()
    await search.fill(name)
    await expect(page.locator('.found').first()).toHaveText(/^\d+ frames?, [\d.]+ % of all$/)
    expect(await graph.locator('.match').count()).toBeGreaterThan(0)
    await search.fill('')
    await expect(graph.locator('.match')).toHaveCount(0)

    await graph.focus()
    await graph.press('ArrowDown')
    await expect(graph.locator('.current')).not.toHaveText('all')
    await graph.press('Enter')
    await expect(page.getByRole('button', { name: 'Show all' }).first()).toBeEnabled()

    const colour = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await colour()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colour()).not.toBe(light)
    await page.screenshot({ path: info.outputPath('dark.png'), fullPage: true })
    await page.emulateMedia({ media: 'print' })
    expect(await colour()).toBe(light)
    await expect(search).toBeHidden()

    expect(await page.title()).toBe(`Incident ${incident.id}`)
    await expect(page.locator('img')).toHaveCount(0)
    expect(errors).toEqual([])
    expect(requests).toEqual([pathToFileURL(file).href])
  },
)
