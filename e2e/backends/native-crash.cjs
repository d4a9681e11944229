// Loads the native module that it is given, after a second; without one it crashes in Electron itself.
const [, , file] = process.argv
setTimeout(() => {
  if (file) process.dlopen({ exports: {} }, file)
  else process.crash()
}, 500)
