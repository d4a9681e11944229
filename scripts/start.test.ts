import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'

/** Runs `studio-monitor ARGS` in a folder that is deleted under it. */
function inGoneFolder(args: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-gone-'))
  const program = `rmdir "$PWD" && exec "${process.execPath}" "${path.join(__dirname, 'start.mjs')}" ${args}`
  const { npm_lifecycle_event: _, ...env } = process.env
  return new Promise((resolve) =>
    execFile('sh', ['-c', program], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  )
}

it.skipIf(process.platform === 'win32').each(['status', 'jobs --json', '--version', ''])(
  'says in one line that the folder is gone: %s',
  async (args) => {
    expect(await inGoneFolder(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^studio-monitor: the folder that you are in [^\n]*\n$/),
    })
  },
)
