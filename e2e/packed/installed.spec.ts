import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createPackage, extractAll } from '@electron/asar'
import { INSTALLED, makeDeb } from '../../scripts/installer/deb.mjs'
import { expect, test } from '../support/app/test'
import { copyOfPackedApp } from '../support/packed-app'

const USER = 'studio-installed'
const NAME = 'hanzo-studio'
const BEFORE = '0.0.9'
const NOW: string = JSON.parse(readFileSync(path.join(__dirname, '../../package.json'), 'utf8')).version

const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' })
const isThere = (command: string) => {
  try {
    return run('sh', '-c', `command -v ${command}`) !== ''
  } catch {
    return false
  }
}
const cannot =
  process.platform !== 'linux' || process.getuid?.() !== 0 || !isThere('dpkg-deb') || !isThere('useradd')

let scratch: string
test.beforeEach(() => {
  test.skip(cannot, 'NOT RUN: to install a package takes root, dpkg and useradd')
  scratch = mkdtempSync(path.join(os.tmpdir(), 'studio-installed-'))
  run('useradd', '--create-home', USER)
})
test.afterEach(() => {
  if (cannot) return
  execFileSync('dpkg', ['--purge', NAME], { stdio: 'ignore' })
  run('userdel', '--remove', '--force', USER)
  rmSync(scratch, { recursive: true, force: true })
})

/** The app with the installer's own files, as the version before it or as it is. */
async function packageOf(version: string): Promise<string> {
  const folder = path.join(scratch, version)
  mkdirSync(folder)
  const { folder: app, resources } = copyOfPackedApp(folder)
  cpSync(path.join(__dirname, '../backends/puppet.cjs'), path.join(resources, 'backend/index.cjs'))
  writeFileSync(
    path.join(resources, 'studio-monitor.json'),
    JSON.stringify({ STUDIO_BACKEND_ENTRY: 'backend/index.cjs', DD_ENV: 'installed' }),
  )
  if (version !== NOW) await renamed(path.join(resources, 'app.asar'), version)
  const out = path.join(scratch, `${NAME}_${version}.deb`)
  await makeDeb({
    app,
    out,
    version,
    arch: process.arch,
    maintainer: 'Hanzo AI <studio@example.com>',
    description: 'the packed app, installed by a test',
  })
  return out
}

async function renamed(archive: string, version: string) {
  const folder = `${archive}.unpacked-for-test`
  extractAll(archive, folder)
  const file = path.join(folder, 'package.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }))
  rmSync(archive)
  await createPackage(folder, archive)
  rmSync(folder, { recursive: true })
}

const namespace = (pid: number | string) => readlinkSync(`/proc/${pid}/ns/pid`)

test('a Debian package is installed, run by an ordinary user in the sandbox, upgraded while it runs, removed and purged', async ({
  launch,
  agent,
}) => {
  test.setTimeout(180_000)
  const [uid, gid] = ['-u', '-g'].map((which) => Number(run('id', which, USER))) as [number, number]
  const home = path.join('/home', USER)
  const userData = path.join(home, 'data')
  mkdirSync(userData, { mode: 0o700 })
  chownSync(userData, uid, gid)
  // The packages lie where dpkg reads them alone.
  chmodSync(scratch, 0o700)
  const [before, now] = [await packageOf(BEFORE), await packageOf(NOW)]
  const asUser = (command: string, args: readonly string[]) => ({
    command: 'setpriv',
    args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--', command, ...args],
  })
  const start = (...args: string[]) => {
    const entry = readFileSync(`/usr/share/applications/${NAME}.desktop`, 'utf8')
    const [executable = '', ...switches] = /^Exec=(.*) %U$/m.exec(entry)?.[1]?.split(' ') ?? []
    return launch({
      userData,
      cwd: home,
      env: { HOME: home, DD_TRACE_AGENT_URL: agent.url, TMPDIR: '/tmp' },
      wrap: () => asUser(executable, [...switches, `--user-data-dir=${userData}`, ...args]),
    })
  }

  run('dpkg', '--install', before)
  const { command, args } = asUser('find', [INSTALLED, '-writable', '-not', '-type', 'l'])
  expect(run(command, ...args), 'what the user could write').toBe('')
  expect(run('find', INSTALLED, '-not', '-user', 'root')).toBe('')

  const studio = start()
  const puppet = await studio.puppet()
  await puppet.work('first')
  await puppet.start('lost')
  await studio.seenJobs('lost')
  const span = await agent.waitForSpan(({ name }) => name === 'studio.job')
  expect([span.meta.version, span.meta.env]).toEqual([BEFORE, 'installed'])
  const lines = studio.processes().map(({ pid }) => ({
    pid,
    uid: Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    args: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
  }))
  expect(lines.map(({ args }) => args).join()).not.toContain('no-sandbox\0')
  expect(new Set(lines.map(({ uid }) => uid))).toEqual(new Set([uid]))
  const zygotes = run('pgrep', '-u', USER, '-f', 'type=zygote$').trim().split('\n')
  expect(
    zygotes.some((pid) => namespace(pid) !== namespace(process.pid)),
    'a process in the sandbox',
  ).toBe(true)

  run('dpkg', '--install', now)
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.said(/not restarting the backend: the app's files were replaced while it ran/)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })

  const upgraded = start()
  const again = await upgraded.puppet()
  await again.work('second')
  const newer = await agent.waitForSpan(({ name, meta }) => name === 'studio.job' && meta.version === NOW)
  expect(newer.meta.env).toBe('installed')
  expect(upgraded.failedJobs().map(({ jobId }) => jobId)).toEqual(['lost'])
  const doctor = start('doctor', '--json')
  await doctor.exited
  expect(doctor.stdout).toContain(`Studio ${NOW}, Electron`)
  expect(await upgraded.quit()).toEqual({ code: 0, signal: null })

  const left = () =>
    [INSTALLED, `/usr/bin/${NAME}`, `/usr/share/applications/${NAME}.desktop`].filter(existsSync)
  run('dpkg', '--remove', NAME)
  expect(left()).toEqual([])
  run('dpkg', '--purge', NAME)
  expect(() => run('dpkg', '--status', NAME)).toThrow()
  expect(existsSync(path.join(userData, 'studio-monitor/failed-jobs.json'))).toBe(true)
})
