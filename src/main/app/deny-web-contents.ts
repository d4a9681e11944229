import { app } from 'electron'

/**
 * The app shows nothing: should anything ever make a window or load a page in it, it is closed, leads nowhere and is
 * granted nothing.
 */
export function denyWebContents(): void {
  // Not within its own creation.
  app.on('browser-window-created', (_event, window) => void setImmediate(() => window.destroy()))
  // Electron would quit.
  app.on('window-all-closed', () => {})
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    for (const name of [
      'will-navigate',
      'will-frame-navigate',
      'will-redirect',
      'will-attach-webview',
    ] as const) {
      contents.on(name as 'will-navigate', (event: { preventDefault(): void }) => event.preventDefault())
    }
  })
  app.on('session-created', (session) => {
    session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
    session.setPermissionCheckHandler(() => false)
    session.setDevicePermissionHandler(() => false)
  })
}
