// The T-shirt job by resvg: node resvg.cjs FOLDER OUT.png
"use strict"

const { writeFileSync } = require("node:fs")
const { Resvg } = require("@resvg/resvg-js")
const { read, svg } = require("./jobs.cjs")

const job = read(process.argv[2])
const picture = new Resvg(svg(job), { font: { loadSystemFonts: false, fontFiles: job.texts.map((text) => text.font) } }).render()
writeFileSync(process.argv[3], picture.asPng())
