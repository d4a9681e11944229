import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { packageRoot } from '../../profiling/frames'
import { html, Markup } from './html'
import { STYLE } from './style'

/** The page's script as it was bundled, beside this module's bundle. */
export function pageScript(): string {
  return readFileSync(path.join(packageRoot(__dirname), 'dist/main/page.cjs'), 'utf8')
}

/**
 * One self-contained page: the browser loads nothing for it, and runs its one script and nothing else, whatever stands in it.
 * @param script the bundled script
 */
export function pageOf(title: string, body: Markup, script: string): string {
  // In JavaScript's strings and patterns it means the same.
  const code = script.trim().replaceAll('</', '<\\/')
  const policy = `default-src 'none'; script-src '${hash(code)}'; style-src '${hash(STYLE)}'; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
<script>${new Markup(code)}</script>
</body>
</html>
`.text
}

/** The source of an inline script or style, as a Content Security Policy names it. */
function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
