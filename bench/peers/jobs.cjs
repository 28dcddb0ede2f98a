// The job file the bench writes, and the same job as SVG elements, for the peers that run under Node.
"use strict"

const { readFileSync } = require("node:fs")
const { join } = require("node:path")

/** The job of `shirts.describe()`, and `folder`, in which its images lie. */
function read(folder) {
  return { ...JSON.parse(readFileSync(join(folder, "job.json"), "utf8")), folder }
}

const escape = (text) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** One text layer with stroke and shadow, its box's corner at (x, y). */
function lettering(job, text, number, x, y) {
  const [dx, dy] = job.shadow.offset
  return `<filter id="cast-${number}" x="-10%" y="-50%" width="120%" height="200%" color-interpolation-filters="sRGB">
    <feDropShadow dx="${dx}" dy="${dy}" stdDeviation="${text.blur}" flood-color="${job.shadow.color}"
      flood-opacity="${job.shadow.opacity}"/></filter>
  <text x="${x + text.box[2] / 2}" y="${y + text.baseline}" text-anchor="middle" font-family="${escape(text.family)}"
    font-weight="${text.weight}" font-size="${text.size}" fill="${text.fill}" stroke="${job.stroke}" stroke-width="${text.stroke}"
    stroke-linejoin="round" paint-order="stroke" filter="url(#cast-${number})">${escape(text.text)}</text>`
}

/** The whole job as one SVG with its images inside. */
function svg(job) {
  const inside = (file, kind) => `data:image/${kind};base64,${readFileSync(join(job.folder, file)).toString("base64")}`
  const [bx, by, bw, bh] = job.badge.box
  const [px, py, pw, ph] = job.photo.box
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${job.width}" height="${job.height}">
  <image x="${bx}" y="${by}" width="${bw}" height="${bh}" preserveAspectRatio="none" xlink:href="${inside(job.badge.file, "png")}"/>
  <clipPath id="card"><rect x="${px}" y="${py}" width="${pw}" height="${ph}" rx="${job.photo.radius}"/></clipPath>
  <g transform="rotate(${job.photo.turn} ${px + pw / 2} ${py + ph / 2})"><image x="${px}" y="${py}" width="${pw}" height="${ph}"
    clip-path="url(#card)" xlink:href="${inside(job.photo.file, "jpeg")}"/></g>
  ${job.texts.map((text, number) => lettering(job, text, number, text.box[0], text.box[1])).join("\n")}</svg>`
}

module.exports = { read, lettering, svg }
