// The package by its folder: the module, for whoever requires it; the desktop app, where Electron runs that folder.
import { isElectronsApp } from './startup/electrons-app'

if (isElectronsApp(__dirname)) require('./standalone')
else module.exports = require('./monitor')
