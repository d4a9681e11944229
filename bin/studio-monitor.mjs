#!/usr/bin/env node
// @ts-check
import '../scripts/start.mjs'
